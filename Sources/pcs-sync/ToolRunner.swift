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
  /// Whether what tools log is shown to the user in another way.
  var isShownElsewhere = false
  /// Whether there are agents to hang things on yet.
  var hasAgentHere = false
  var hasAgentThere = false

  /// The same, for tools that are asked something: only their log lines go into the stream.
  var silently: ToolRunner {
    var runner = self
    runner.isSilent = true
    return runner
  }

  /// The same, for calls that only show what they would do.
  var asDryRun: ToolRunner {
    var runner = self
    runner.isDryRun = true
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
    let vigil = call.patience.map { Vigil($0) }
    let work = { @Sendable in try await follow(call, input, vigil, onEvent) }
    guard let vigil else { return try await work() }
    return try await vigil.guarding(
      call.name, of: targetHostname ?? target, report: { stream.log(.info, $0) }, work)
  }

  /// Runs the call and passes on what it writes.
  private func follow(
    _ call: ToolCall, _ input: ChildProcess.Input, _ vigil: Vigil?,
    _ onEvent: @escaping @Sendable (Event) -> Void
  ) async throws -> ToolReply {
    let speaker = Speaker(
      module: call.module, tool: call.tool,
      hostname: call.place == .here ? Machine.hostname : targetHostname ?? target)
    let ear = Ear(call, LineCheck(speaker: speaker, session: session, target: check(of: call)))
    let status: ChildProcess.Status
    do {
      status = try await child(call).run(input: input) { source, line in
        guard source == .output else {
          if !ear.takes(error: line) { stream.relay(error: line, from: speaker) }
          return
        }
        vigil?.sign()
        let events = ear.hear(line)
        stream.relay(isShownElsewhere ? events.map(\.demoted) : events, isSilent: isSilent)
        for event in events { onEvent(event) }
      }
    } catch is LongLineError {
      throw StepFailure(tool: call.tool, what: "wrote a line of more than 1 MiB", status: nil)
    }
    if let summary = ear.summary { stream.emit(summary) }
    let reply = ear.reply(status)
    // What was no reason in the end is said all the same.
    if reply.result != nil || status == .exited(0) {
      for line in ear.refusal { stream.relay(error: line, from: speaker) }
    }
    return reply
  }

  /// What lines of the target are held against.
  private func check(of call: ToolCall) -> TargetLine? {
    guard call.place == .there, let hostname = targetHostname else { return nil }
    var check = TargetLine(hostname: hostname, session: session)
    check.makesSnapshots = call.module == ModuleCatalog.snapshots
    return check
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
    child.writesStream = true
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
  /// An INFO line as one for the log file alone.
  fileprivate var demoted: Event {
    guard case .log(var entry) = self, entry.level == .info else { return self }
    entry.level = .full
    return .log(entry)
  }
}
