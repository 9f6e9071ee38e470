import PCSCore
import Synchronization
import SystemPackage

/// The one stream of a sync: the driver's own lines and those of everything it runs.
final class SessionStream: Sendable {
  private let writer: EventWriter
  private let session: String
  private let errors = Mutex(0)
  private let criticals = Mutex(0)
  private let failure = Mutex<OutputError?>(nil)
  private let progress = Mutex<[String: Double]>([:])

  init(writer: EventWriter, session: String) {
    self.writer = writer
    self.session = session
  }

  /// How many lines of level ERROR went by, whoever wrote them.
  var errorCount: Int { errors.withLock { $0 } }

  /// Whether a line of level CRITICAL named what the sync failed of.
  var isCriticalLogged: Bool { criticals.withLock { $0 > 0 } }

  /// Why not every line could be written.
  var outputError: OutputError? { failure.withLock { $0 } }

  func emit(_ event: Event) {
    if case .log(let entry) = event {
      if entry.level == .error { errors.withLock { $0 += 1 } }
      if entry.level == .critical { criticals.withLock { $0 += 1 } }
    }
    pass(event)
  }

  /// Passes on an event of the driver, which has checked it.
  ///
  /// A reader that is gone stops nothing; the log file still gets every line.
  func pass(_ event: Event) {
    do {
      try writer.write(event)
    } catch {
      failure.withLock { $0 = $0 ?? error as? OutputError ?? OutputError(errno: .ioError) }
    }
  }

  func log(_ level: LogLevel, _ message: String, _ context: [String: JSON] = [:]) {
    emit(
      .log(
        LogEntry(
          level: level, module: "core", hostname: Machine.hostname, message: message,
          context: context.merging(["tool": "pcs-sync"]) { given, _ in given },
          sessionID: session)))
  }

  /// Passes on a line that a child wrote to standard error.
  func relay(error line: [UInt8], from speaker: Speaker) {
    if let event = ChildLine.error(line, from: speaker, session: session) { emit(event) }
  }

  /// Passes on what a child wrote, or with `isSilent` only what it logged; a sign of life is for
  /// this driver alone.
  func relay(_ events: [Event], isSilent: Bool = false) {
    for event in events where isSilent ? event.isLog : !event.isSignOfLife {
      emit(neverBackwards(event))
    }
  }

  /// Progress never decreases, whatever a module says.
  private func neverBackwards(_ event: Event) -> Event {
    guard case .progress(var update) = event, let fraction = update.percentage else { return event }
    progress.withLock { seen in
      let furthest = max(seen[update.module] ?? 0, min(max(fraction, 0), 1))
      seen[update.module] = furthest
      update.percentage = furthest
    }
    return .progress(update)
  }
}

extension Event {
  fileprivate var isLog: Bool {
    if case .log = self { true } else { false }
  }
}
