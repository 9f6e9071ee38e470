package import PCSCore
import PCSTool

/// What is known of a sync from its stream so far.
package struct Board: Sendable {
  /// One module, or one phase of `btrfs-snapshots`.
  package struct Row: Sendable, Equatable {
    package var module: String
    package var phase: ModuleOutcome.Phase?
    package var progress: ProgressUpdate?
    /// When that came, in seconds since the display began.
    package var progressAt = 0.0
    /// Of the bytes that were transferred.
    package var rate = RecentRate()
    package var outcome: ModuleOutcome?

    package var name: String { module + (phase.map { " (\($0.rawValue))" } ?? "") }
  }

  package private(set) var session: SyncSession?
  package private(set) var state: SessionState?
  package private(set) var rows: [Row] = []
  /// The fullest file system of each machine.
  package private(set) var disks: [(hostname: String, space: DiskSpace)] = []
  /// Warnings and what is worse, and what stands in the way of a sync, for the end.
  package private(set) var complaints: [StyledLine] = []
  package private(set) var complaintCount = 0
  package private(set) var errorCount = 0
  package private(set) var results: [ToolResult] = []
  package private(set) var logPath: String?
  private var first: Timestamp?
  private var last: Timestamp?
  private var spaces: [String: [String: DiskSpace]] = [:]

  package static let keptComplaints = 200

  package init() {}

  /// Whether there is something to draw.
  package var isEmpty: Bool { state == nil && rows.isEmpty && disks.isEmpty && session == nil }

  /// Seconds from the first line to the last, by their own times.
  package var duration: Double {
    guard let first, let last else { return 0 }
    return Double(last.milliseconds - first.milliseconds) / 1000
  }

  /// Takes in an event that came `elapsed` seconds after the display began.
  package mutating func apply(_ event: Event, at elapsed: Double = 0) {
    if let time = event.timestamp {
      first = min(first ?? time, time)
      last = max(last ?? time, time)
    }
    switch event {
    case .log(let entry): apply(entry)
    case .validationError where state != nil:
      complain(StyledLine(EventText.render(event) ?? "", .bad))
    case .progress(let update): apply(update, at: elapsed)
    case .state(let change): state = change.state
    case .session(let session): apply(session)
    case .moduleResult(let outcome): apply(outcome)
    case .disk(let space): apply(space)
    case .result(let result): results.append(result)
    case .other(let members) where members["type"]?.string == "log_file":
      logPath = members["path"]?.string ?? logPath
    default: break
    }
  }

  private mutating func apply(_ entry: LogEntry) {
    if entry.level >= .error { errorCount += 1 }
    if entry.level >= .warning { complain(LogText.line(entry)) }
  }

  private mutating func complain(_ line: StyledLine) {
    complaintCount += 1
    if complaints.count < Self.keptComplaints { complaints.append(line) }
  }

  private mutating func apply(_ session: SyncSession) {
    self.session = session
    state = session.state
    for module in session.enabledModules where !rows.contains(where: { $0.module == module }) {
      rows.append(Row(module: module))
    }
    foreseeSnapshots()
  }

  /// Snapshots frame the modules; both their rows are there from the start, so that nothing moves.
  private mutating func foreseeSnapshots() {
    let name = ModuleCatalog.snapshots
    guard let pre = rows.firstIndex(where: { $0.module == name && $0.phase == nil }) else { return }
    rows[pre].phase = .pre
    rows.append(Row(module: name, phase: .post))
  }

  private mutating func apply(_ update: ProgressUpdate, at elapsed: Double) {
    guard let row = runningRow(of: update.module) else { return }
    rows[row].progress = update
    rows[row].progressAt = elapsed
    if let bytes = update.bytesDone { rows[row].rate.add(Double(bytes), at: elapsed) }
  }

  /// A module that no session names gets a row with its first progress.
  private mutating func runningRow(of module: String) -> Int? {
    let known = rows.firstIndex { $0.module == module && $0.outcome == nil }
    if known != nil { return known }
    if module == "core" || rows.contains(where: { $0.module == module }) { return nil }
    rows.append(Row(module: module))
    return rows.count - 1
  }

  private mutating func apply(_ outcome: ModuleOutcome) {
    let row = rows.firstIndex { row in
      row.module == outcome.module
        && (row.phase == outcome.phase || (row.phase == nil && row.outcome == nil))
    }
    if let row {
      rows[row].phase = outcome.phase
      rows[row].outcome = outcome
    } else {
      rows.append(Row(module: outcome.module, phase: outcome.phase, outcome: outcome))
    }
  }

  private mutating func apply(_ space: DiskSpace) {
    spaces[space.hostname, default: [:]][space.path] = space
    guard let fullest = spaces[space.hostname]?.values.min(by: { $0.fraction < $1.fraction }) else {
      return
    }
    if let index = disks.firstIndex(where: { $0.hostname == space.hostname }) {
      disks[index].space = fullest
    } else {
      disks.append((space.hostname, fullest))
    }
  }
}
