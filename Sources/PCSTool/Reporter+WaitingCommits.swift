package import PCSCore

extension Reporter {
  /// Says of each commit that waits on this machine that it does; returns them.
  @discardableResult
  package func warnOfWaitingCommits(
    _ commits: WaitingCommits = WaitingCommits()
  ) throws(WaitingCommitError) -> [WaitingCommit] {
    let waiting = try commits.list()
    for commit in waiting { log(.warning, commit.warning, commit.context) }
    return waiting
  }
}
