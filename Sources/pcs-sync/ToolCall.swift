import PCSCore
import Synchronization
import SystemPackage

/// A tool of the suite, or a module, as the driver runs it on one of the machines.
struct ToolCall: Sendable {
  enum Place: Sendable { case here, there }

  /// `pcs-snapshot`, or the name that a module's lines carry.
  var tool: String
  /// The program, when it is not a tool beside us.
  var program: FilePath?
  var arguments: [String]
  var input: [UInt8] = []
  var place = Place.here
  /// In whose name its lines are.
  var module = "core"
  /// Whether it may ask on the terminal.
  var isInteractive = false
  /// How long it may take to end when it is told to.
  var grace = 5
  /// A module need not write a `result`; our own tools must.
  var isOurs = true
  /// How long it may be silent; nil where nobody waits for it.
  var patience: Patience?

  init(_ tool: String, _ arguments: [String], at place: Place = .here) {
    self.tool = tool
    self.arguments = arguments
    self.place = place
    patience = place == .there ? .unlimited : nil
  }

  /// The tool and its verb, as the user is told what is waited for.
  var name: String {
    ([tool] + arguments.prefix(1).filter { !$0.hasPrefix("-") }).joined(separator: " ")
  }
}

/// How a call ended.
struct ToolReply: Sendable {
  let call: ToolCall
  let status: ChildProcess.Status
  let result: ToolResult?
  /// What it wrote, save log and progress lines.
  let events: [Event]
  /// Why `pcs-remote` could not run it on the target.
  var refusal: ErrorDescription?

  /// The `result`, or what it failed of.
  ///
  /// Exit status and `result` must agree, and our own tools must write one (pcs-events(5)).
  @discardableResult
  func get() throws(StepFailure) -> ToolResult? {
    let code = status.code
    let mustReport = call.isOurs || call.place == .there
    guard let result else {
      if [ExitStatus.success, .partial].contains(where: { $0.rawValue == code }), !mustReport {
        return nil
      }
      if code != 0, let refusal {
        throw StepFailure(tool: call.tool, error: refusal, status: ExitStatus(rawValue: code))
      }
      let what = code == 0 ? "ended without a result" : "failed (\(code))"
      throw StepFailure(tool: call.tool, what: what, status: ExitStatus(rawValue: code))
    }
    guard result.exitCode == code else {
      throw StepFailure(
        tool: call.tool,
        what: "said \(result.status.rawValue) (\(result.exitCode)) but left with \(code)",
        status: nil)
    }
    if result.status == .failed || result.status == .aborted || code != 0 && code != 2 {
      throw StepFailure(tool: call.tool, error: result.error, status: ExitStatus(rawValue: code))
    }
    return result
  }
}

/// A step of the sync that failed.
struct StepFailure: ToolError, Equatable {
  let id: String
  let description: String
  let hint: String?
  let exitStatus: ExitStatus
  let context: [String: JSON]

  init(tool: String, what: String, status: ExitStatus?) {
    id = "sync.failed"
    description = "\(tool): \(what)"
    hint = nil
    exitStatus = Self.notSuccess(status)
    context = [:]
  }

  init(tool: String, error: ErrorDescription?, status: ExitStatus?) {
    id = error?.kind ?? "sync.failed"
    description = error?.message ?? "\(tool): failed"
    hint = error?.hint
    exitStatus = Self.notSuccess(status)
    context = error?.context ?? [:]
  }

  /// A failure never ends in success, whatever the tool left with.
  private static func notSuccess(_ status: ExitStatus?) -> ExitStatus {
    status == .success ? .failure : status ?? .failure
  }
}
