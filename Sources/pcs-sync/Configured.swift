import PCSCore
import Synchronization
import SystemPackage

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
    let checked = try await run(["check", "--with-document"] + options, session, invoker)
    let lines = checked.output.split(separator: UInt8(ascii: "\n")).compactMap { Event(line: $0) }
    let remarks = lines.filter(\.isRemark)
    let found = lines.compactMap(\.configuration).first
    guard checked.status == .exited(0), let found, let document = found["document"]?.string else {
      if case .signalled = checked.status {  // That says nothing of the configuration.
        throw Refused(
          remarks: remarks,
          failure: StepFailure(
            tool: "pcs-config", what: "failed (\(checked.status.code))", status: nil))
      }
      var error: ErrorDescription?
      if case .result(let result)? = lines.last { error = result.error }
      let said = String(decoding: checked.error, as: UTF8.self)
      throw Refused(
        remarks: remarks,
        failure: StepFailure(
          tool: "pcs-config",
          error: error
            ?? ErrorDescription(kind: "configuration.failed", message: "pcs-config: \(said)"),
          status: ExitStatus(rawValue: checked.status.code) ?? .configuration))
    }
    var configuration = try SyncConfiguration(parsing: Array(document.utf8))
    configuration.folders = found["folders"]?.array?.compactMap(\.string).map { FilePath($0) } ?? []
    return Configured(configuration: configuration, remarks: remarks)
  }

  /// Throws when there is no configuration file, or when `--only` names a module that is not
  /// enabled.
  func check(only names: [String]) throws {
    guard configuration.configPath != nil else {
      throw SyncError(
        "there is no configuration, so a sync would copy nothing", id: "configuration.missing",
        hint: "'pcs-config init' writes one", exitStatus: .configuration)
    }
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

extension Event {
  /// What `check` says that people should see.
  fileprivate var isRemark: Bool {
    switch self {
    case .result: false
    case .log(let entry): entry.level >= .warning
    default: configuration == nil
    }
  }

  /// The document that `pcs-config show` would print; it may hold secrets and goes no further.
  fileprivate var configuration: [String: JSON]? {
    guard case .other(let members) = self, members["type"] == "configuration" else { return nil }
    return members
  }
}
