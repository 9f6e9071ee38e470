import PCSCore
import Synchronization

/// The configuration of this sync, from `pcs-config`; nothing else happens before it is right.
struct Configured: Sendable {
  let configuration: SyncConfiguration
  /// What `check` said beside that, such as warnings.
  let remarks: [Event]

  /// Why there is no configuration to go by.
  struct Refused: Error {
    let remarks: [Event]
    let failure: StepFailure
  }

  /// Reads and checks the file at `path`, or the one at its usual place.
  static func load(
    path: String?, session: String, invoker: SyncRequest.Invoker?
  ) async throws -> Configured {
    let options = path.map { ["--config", $0] } ?? []
    async let check = run(["check"] + options, session, invoker)
    async let show = run(["show"] + options, session, invoker)
    let (checked, shown) = try await (check, show)
    let lines = checked.output.split(separator: UInt8(ascii: "\n")).compactMap { Event(line: $0) }
    let remarks = lines.filter { event in
      switch event {
      case .result: false
      case .log(let entry): entry.level >= .warning
      default: true
      }
    }
    guard checked.status == .exited(0), shown.status == .exited(0) else {
      let failed = checked.status == .exited(0) ? shown : checked
      if case .signalled = failed.status {  // That says nothing of the configuration.
        throw Refused(
          remarks: remarks,
          failure: StepFailure(
            tool: "pcs-config", what: "failed (\(failed.status.code))", status: nil))
      }
      var error: ErrorDescription?
      if case .result(let result)? = lines.last { error = result.error }
      let said = String(decoding: failed.error, as: UTF8.self)
      throw Refused(
        remarks: remarks,
        failure: StepFailure(
          tool: "pcs-config",
          error: error
            ?? ErrorDescription(kind: "configuration.failed", message: "pcs-config: \(said)"),
          status: ExitStatus(rawValue: failed.status.code) ?? .configuration))
    }
    return Configured(
      configuration: try SyncConfiguration(parsing: shown.output), remarks: remarks)
  }

  /// Throws when `--only` names what is not turned on.
  func check(only names: [String]) throws {
    let enabled = configuration.enabledModules
    guard let unknown = names.first(where: { !enabled.contains($0) }) else { return }
    throw SyncError(
      "--only \(unknown): no module that the configuration turns on", id: "usage.only",
      hint: enabled.isEmpty ? "none is on" : "on are: \(enabled.joined(separator: ", "))",
      exitStatus: .usage)
  }

  private static func run(
    _ arguments: [String], _ session: String, _ invoker: SyncRequest.Invoker?
  ) async throws -> (status: ChildProcess.Status, output: [UInt8], error: [UInt8]) {
    var child = ChildProcess(Places.tool("pcs-config"), arguments)
    child.environment = ["PCS_FORMAT": "json", "PCS_SESSION_ID": session]
    if let invoker {
      child.environment["HOME"] = invoker.home
      child.environment["XDG_CONFIG_HOME"] = invoker.configurationHome
      child.environment["PCS_MODULE_PATH"] = invoker.modulePath
    }
    return try await child.capture()
  }
}
