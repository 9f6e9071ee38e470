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
      reporter.emit(event)
    }
    let remembered = try await Inquiry("pcs-history", ["show", "--last"]).ask()
    // What waits is read last, and so is best said last.
    for event in remembered where event.isRecord { reporter.emit(event) }
    for event in remembered where !event.isRecord { reporter.emit(event) }
    if !remembered.contains(where: \.isRecord) {
      reporter.log(.info, "no sync is remembered on this machine")
    }
    await sayWhichRollbacksWait(reporter)
  }

  /// A commit, and a pin about to expire, `pcs-history` has said.
  private func sayWhichRollbacksWait(_ reporter: Reporter) async {
    do {
      let place = try await snapshotDirectory().map { ["--snapshot-dir", $0] } ?? []
      for case .log(let entry) in try await Inquiry("pcs-snapshot", ["list"] + place).ask()
      where entry.context["waits"] == "rollback" {
        reporter.emit(.log(entry))
      }
    } catch {
      reporter.log(.warning, "whether a rollback waits cannot be found out: \(error)")
    }
  }

  /// Of the configuration of whoever asks, not root's.
  private func snapshotDirectory() async throws -> String? {
    let (status, output, error) = try await ChildProcess(Places.tool("pcs-config"), ["show"])
      .capture()
    guard status == .exited(0) else {
      throw SyncError("the configuration cannot be used: \(String(decoding: error, as: UTF8.self))")
    }
    return try SyncConfiguration(parsing: output).section(of: ModuleCatalog.snapshots)[
      "snapshot_dir"]?.string
  }
}

struct History: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "history", "List the syncs this machine remembers.")

  @OptionGroup var common: CommonOptions

  func run(_ reporter: Reporter) async throws {
    let chosen = common.session.map { ["--session", $0] } ?? []
    for event in try await Inquiry("pcs-history", ["show"] + chosen).ask() { reporter.emit(event) }
  }
}

extension Event {
  fileprivate var isRecord: Bool {
    if case .other(let members) = self { members["type"] == "history" } else { false }
  }
}
