import PCSCore
import Synchronization
import SystemPackage

/// Runs tools on both machines and merges what they write into the session's stream.
struct ToolRunner: Sendable {
  let stream: SessionStream
  let session: String
  let target: String
  var controlPath: String?
  var targetHostname: String?
  var isDryRun = false
  var modulePath: String?
  /// Whether what tools say is for us alone, save what they log.
  var isSilent = false
  /// Whether there are agents to hang things on yet.
  var hasAgentHere = false
  var hasAgentThere = false

  /// The same, for tools that are asked something: only their log lines go into the stream.
  var silently: ToolRunner {
    var runner = self
    runner.isSilent = true
    return runner
  }

  /// The same, once the agents and their locks are gone.
  var unleashed: ToolRunner {
    var runner = self
    runner.hasAgentHere = false
    runner.hasAgentThere = false
    return runner
  }

  /// Runs the call to its end.
  func run(_ call: ToolCall) async throws -> ToolReply {
    try await run(call, input: .bytes(call.input)) { _ in }
  }

  /// Runs the call and throws unless it ended well.
  @discardableResult
  func succeed(
    _ call: ToolCall
  ) async throws -> (result: ToolResult?, events: [Event], status: Int32) {
    let reply = try await run(call)
    return (try reply.get(), reply.events, reply.status.code)
  }

  func run(
    _ call: ToolCall, input: ChildProcess.Input, onEvent: @escaping @Sendable (Event) -> Void
  ) async throws -> ToolReply {
    let heard = Mutex<(result: ToolResult?, events: [Event])>((nil, []))
    let speaker = Speaker(
      module: call.module, tool: call.tool,
      hostname: call.place == .here ? Machine.hostname : targetHostname ?? target)
    let status = try await child(call).run(input: input) { source, line in
      let read = stream.relay(line, of: source, from: speaker, isSilent: isSilent)
      heard.withLock { heard in
        if let result = read.result { heard.result = result }
        heard.events += read.events.filter(\.isKept)
      }
      for event in read.events { onEvent(event) }
    }
    let (result, events) = heard.withLock { $0 }
    return ToolReply(call: call, status: status, result: result, events: events)
  }

  private func child(_ call: ToolCall) -> ChildProcess {
    var command: [String]
    switch call.place {
    case .here: command = [(call.program ?? Places.tool(call.tool)).string] + call.arguments
    case .there:
      command =
        [Places.tool("pcs-remote").string, "run", "--sudo", "--stdin", "--"]
        + [call.program?.string ?? call.tool] + call.arguments
    }
    let isLeashed = call.place == .here ? hasAgentHere : hasAgentHere && hasAgentThere
    if isLeashed {
      command =
        [
          Places.tool("pcs-leash").string, "--session", session, "--grace", "\(call.grace)s", "--",
        ] + command
    }
    var child = ChildProcess(FilePath(command[0]), Array(command.dropFirst()))
    // The leash gives what hangs on it its grace; it needs a moment more itself.
    child.grace = .seconds(call.grace + 1)
    child.isInteractive = call.isInteractive
    child.environment = environment(for: call)
    return child
  }

  private func environment(for call: ToolCall) -> [String: String?] {
    [
      "PCS_SESSION_ID": session, "PCS_MODULE": call.module, "PCS_TARGET": target,
      "PCS_CONTROL_PATH": controlPath, "PCS_FORMAT": "json", "PCS_DRY_RUN": isDryRun ? "1" : nil,
      "PCS_MODULE_PATH": modulePath ?? Places.environment("PCS_MODULE_PATH"),
    ]
  }
}

extension Event {
  /// Whether the driver wants to see the event again: there are few of them.
  fileprivate var isKept: Bool {
    switch self {
    case .log, .progress, .change, .disk: false
    default: true
    }
  }
}
