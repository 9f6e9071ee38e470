package import PCSCore
package import SystemPackage

/// Logs what a commit does, and counts it.
package final class CommitTally {
  private let reporter: Reporter
  private let journal: CommitJournal
  package private(set) var done = 0
  package private(set) var undone = 0
  /// Versions of this machine that were kept beside.
  private(set) var kept = 0

  package init(_ reporter: Reporter, _ journal: CommitJournal) {
    self.reporter = reporter
    self.journal = journal
  }

  /// Takes one outcome; returns the path it is about as this machine has it.
  @discardableResult
  package func add(_ subvolume: String, _ outcome: CommitOutcome) -> FilePath {
    if outcome.isUndone { undone += 1 } else { done += 1 }
    if case .copied = outcome { kept += 1 }
    let root = journal.root(of: subvolume)
    let path = root.pushing(outcome.path)
    reporter.log(outcome.level, outcome.message(below: root), WirePath(path).context)
    return path
  }
}
