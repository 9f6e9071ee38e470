import ArgumentParser
import FileTrees
import LiveCommit
import PCSCore
import PCSTool
import SystemPackage
import UserData

/// Completes every commit that waits on this machine.
struct Recover: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "recover", "Complete the commits that were cut short on this machine.",
    discussion: """
      Needs root, and nothing of the machine that the files come from. What was changed here since
      is left alone and named.
      """)

  @OptionGroup var common: CommonOptions
  @Flag(help: "Say what waits, and do nothing.") var dryRun = false
  @Flag(help: "Remove what interrupted syncs have received, which the next one would reuse.")
  var discard = false

  func run(_ reporter: Reporter) async throws {
    guard Places.isRoot else { throw BtrfsError.needsRoot }
    let lock = try SessionLock()
    defer { lock.release() }
    let waiting = try WaitingCommits().list()
    if !dryRun { try UnfinishedPreparations().removeAll(reporter) { _ in discard } }
    reporter.logInterruptedTransfers()
    if waiting.isEmpty { return reporter.log(.info, "No commit waits for its end") }
    if dryRun {
      try reporter.warnOfWaitingCommits()
      return
    }
    var isPartial = false
    for commit in waiting where try !complete(commit, reporter) { isPartial = true }
    if isPartial { throw Finished(.partial) }
  }

  /// Whether everything is as it should be.
  private func complete(_ commit: WaitingCommit, _ reporter: Reporter) throws -> Bool {
    let tally = CommitTally(reporter, try CommitJournal(of: commit.sessionID, in: WaitingCommits()))
    defer { tally.flush() }
    let journal = try Commit.rollForward(commit) { tally.add($0, $1) }
    tally.logOpenFiles(on: Machine.hostname)
    reporter.log(
      .info,
      "Completed the commit of session \(commit.sessionID): \(tally.done) paths brought up to date,"
        + " \(tally.undone) left", commit.context)
    try journal.deleteStages()
    return tally.undone == 0
  }
}
