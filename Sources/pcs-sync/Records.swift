import ArgumentParser
import PCSCore
import PCSTool
import SystemPackage

struct Status: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "status", "Say whether a sync runs here, what the last one came to, and what waits.")

  @OptionGroup var common: CommonOptions

  func run(_ reporter: Reporter) async throws {
    let lock = Places.runtimeOfRoot.appending("pc-switcher.lock").string
    for event in try await Inquiry("pcs-lock", ["status", "--path", lock]).ask() {
      reporter.emit(event, asText: Self.text(of: event))
    }
    let chosen = common.session.map { ["--session", $0] } ?? ["--last"]
    let remembered = try await Inquiry("pcs-history", ["show"] + chosen).ask()
    // What waits is read last, and so is best said last.
    for event in remembered where event.isRecord { reporter.emit(event) }
    for event in remembered where !event.isRecord { reporter.emit(event) }
    if !remembered.contains(where: \.isRecord) { reporter.logNothingRemembered() }
    await sayWhichRollbacksWait(reporter)
  }

  /// The lock, as somebody sees it who wants to sync.
  private static func text(of event: Event) -> String? {
    guard case .lock(let lock) = event else { return nil }
    guard lock.state == .held, let holder = lock.holder else { return "no sync is running" }
    let peer = holder.peer.map { (holder.role == "target" ? " from " : " to ") + $0 } ?? ""
    return EventText.printable(
      "a sync\(peer) is running: PID \(holder.pid), since \(EventText.moment(holder.timestamp))")
  }

  /// A commit, and a pin about to expire, `pcs-history` has said.
  private func sayWhichRollbacksWait(_ reporter: Reporter) async {
    do {
      let place = ["--snapshot-dir", await snapshotDirectory(reporter)]
      for case .log(let entry) in try await Inquiry("pcs-snapshot", ["list"] + place).ask()
      where entry.context["waits"] == "rollback" {
        reporter.emit(.log(entry))
      }
    } catch {
      reporter.log(.warning, "whether a rollback waits cannot be found out: \(error)")
    }
  }

  /// Of the configuration of whoever asks, not root's.
  private func snapshotDirectory(_ reporter: Reporter) async -> String {
    let usual = "/.snapshots"
    do {
      let configured = try await Configured.load(
        path: nil, session: reporter.sessionID, invoker: nil)
      let section = configured.configuration.section(of: ModuleCatalog.snapshots)
      return section["snapshot_dir"]?.string ?? usual
    } catch {
      let reason = (error as? Configured.Refused)?.failure.description ?? "\(error)"
      reporter.log(
        .warning, "the configuration cannot be used; looking at \(usual) for rollbacks: \(reason)")
      return usual
    }
  }
}

struct History: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "history", "List the syncs this machine remembers.")

  @OptionGroup var common: CommonOptions

  func run(_ reporter: Reporter) async throws {
    let chosen = common.session.map { ["--session", $0] } ?? []
    let events = try await Inquiry("pcs-history", ["show"] + chosen).ask()
    for event in events { reporter.emit(event) }
    if !events.contains(where: \.isRecord) { reporter.logNothingRemembered() }
  }
}

extension Reporter {
  fileprivate func logNothingRemembered() {
    log(.info, "no sync is remembered on this machine")
  }
}

extension Event {
  fileprivate var isRecord: Bool {
    if case .other(let members) = self { members["type"] == "history" } else { false }
  }
}
