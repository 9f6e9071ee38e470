import FileTrees
package import LiveCommit
package import PCSCore
package import SystemPackage

/// Logs what a commit does, and counts it; `flush` has to be the last call.
package final class CommitTally {
  private let reporter: Reporter
  private let journal: CommitJournal
  private var waiting: [(message: String, context: [String: JSON])] = []
  private static let most = 200
  package private(set) var done = 0
  package private(set) var undone = 0
  /// Versions of this machine that were kept beside.
  private(set) var kept = 0
  /// Files that were left open, by the programs that write to them, and whether any is more than the
  /// state of a session.
  private var openFiles: [String: (count: Int, isNotable: Bool)] = [:]

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
    var level = outcome.level
    if case .open(_, let writers) = outcome {
      let isSessionState = journal.waiting.isSessionState(path)
      if isSessionState { level = .info }
      count(writers, isNotable: !isSessionState)
    }
    log(level, outcome.message(below: root), WirePath(path).context)
    return path
  }

  /// Has everything logged that was added.
  package func flush() {
    if waiting.isEmpty { return }
    reporter.log(.full, waiting)
    waiting = []
  }

  /// Lines of what went well are logged many at once, in order with the others.
  private func log(_ level: LogLevel, _ message: String, _ context: [String: JSON]) {
    guard level == .full else {
      flush()
      return reporter.log(level, message, context)
    }
    waiting.append((message, context))
    if waiting.count >= Self.most { flush() }
  }

  private func count(_ writers: [FileWriter], isNotable: Bool) {
    for program in writers.isEmpty ? ["a program"] : Set(writers.map(\.program)) {
      let known = openFiles[program] ?? (0, false)
      openFiles[program] = (known.count + 1, known.isNotable || isNotable)
    }
  }

  /// Logs, once all is done, how many files of each program stay different.
  package func logOpenFiles(on host: String) {
    flush()
    for (program, files) in openFiles.sorted(by: { $0.key < $1.key }) {
      let words =
        files.count == 1
        ? "1 file of \(program) stays" : "\(files.count) files of \(program) stay"
      reporter.log(
        files.isNotable ? .warning : .info, "\(words) different: it runs on \(host)",
        ["program": .string(program), "files": .integer(Int64(files.count))])
    }
  }
}

extension WaitingCommit {
  /// Whether the shipped rules call a file state of a session.
  fileprivate func isSessionState(_ path: FilePath) -> Bool {
    folders.contains { folder in
      path.relative(to: FilePath(folder.path)).map(ConflictRules.isSessionState) ?? false
    }
  }
}
