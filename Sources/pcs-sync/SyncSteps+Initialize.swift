import FoundationEssentials
import OpenSSH
import PCSCore
import SystemPackage

extension SyncSteps {
  /// INITIALIZING: both locks, the connection, equal versions, open gates.
  mutating func initialize() async throws -> Connection {
    try await startAgentHere()
    let (target, ownID, targetID) = try await meetTarget()
    let peer = SessionGuards.Peer(ownID: ownID, targetID: targetID)
    guards.peer = peer
    var accepted: Set<SyncGate.Verdict> = []
    switch target.installation {
    case .same:
      stream.log(
        .info,
        "Target pc-switcher version matches source (\(Version.current)), skipping installation")
    case .damaged:  // The gates cannot be asked there before.
      try await makeVersionsEqual(target)
    case .other where isNewer(target):  // Nor understood.
      try await makeVersionsEqual(target)
    case .missing, .other, nil:
      // Not even our tools go to a machine that the user did not mean.
      try await asRootThere {
        accepted = try await passGates(peer, isInstalled: target.pcSwitcherVersion != nil)
      }
      try await makeVersionsEqual(target)
    }
    try await asRootThere { try await startAgentThere() }
    try await passGates(peer, isInstalled: true, accepted: accepted)
    guards.runner = runner
    tracker.announce()
    return target
  }

  /// Connects, and makes sure that it is another machine.
  mutating func meetTarget() async throws -> (Connection, ownID: String, targetID: String) {
    let target = try await connect()
    let ownID = try Machine.machineID()
    guard let targetID = target.machineID, targetID != ownID else {
      throw SyncError(
        "\(request.target): this is the machine we are on, or a clone of it",
        id: "target.self", hint: "machines are known by /etc/machine-id", exitStatus: .usage)
    }
    tracker.update { $0.targetHostname = target.hostname ?? request.target }
    runner.targetHostname = target.hostname
    guards.name(target: tracker.session.targetHostname)
    guards.activity = "both machines were asked whether they may be synced"
    if let warning = ClockDifference.warning(
      target.clockDifference, hostname: tracker.session.targetHostname)
    {
      stream.log(.warning, warning)
    }
    return (target, ownID, targetID)
  }

  private mutating func startAgentHere() async throws {
    let call = ToolCall(
      "pcs-leash",
      ["serve", "--session", request.session, "--role", "source", "--peer", request.target])
    let agent = try HeldTool(call, runner, holdsInput: true)
    guards.hold(agentHere: agent)
    try await agent.wait(for: Self.isLocked)
    runner.hasAgentHere = true
  }

  private mutating func startAgentThere() async throws {
    var call = ToolCall(
      "pcs-leash",
      ["serve", "--session", request.session, "--role", "target", "--peer", Machine.hostname],
      at: .there)
    call.patience = .usual
    let agent = try HeldTool(call, runner, holdsInput: true)
    guards.hold(agentThere: agent)
    try await agent.wait(for: Self.isLocked)
    runner.hasAgentThere = true
  }

  /// Why we cannot be root on the target; nil when that is not what is wrong, or nobody can tell.
  private func refusalOfRootThere() async -> (any ToolError)? {
    let call = ToolCall("pcs-remote", ["run", "--sudo", "--json", "--", "true"])
    do {
      try await runner.silently.succeed(call)
      return nil
    } catch {
      guard let error = error as? any ToolError, error.exitStatus == .noPermission else {
        return nil
      }
      return error
    }
  }

  /// Runs the first step that needs root on the target; says so when that was why it failed.
  private func asRootThere(_ step: () async throws -> Void) async throws {
    do {
      try await step()
    } catch {
      if let refusal = await refusalOfRootThere() { throw refusal }
      throw error
    }
  }

  @Sendable private static func isLocked(_ event: Event) -> Void? {
    if case .lock(let status) = event, status.state == .held { () } else { nil }
  }

  /// Opens the connection, or takes the one a person's process opened.
  private mutating func connect() async throws -> Connection {
    if let unreachable = request.unreachable { throw StepFailure(unreachable) }
    if let opened = request.connection {
      runner.controlPath = opened.controlPath
      let events = try await runner.succeed(ToolCall("pcs-remote", ["version"])).events
      for case .connection(let connection) in events { return connection }
    }
    var call = request.connectCall
    call.isInteractive = true
    var runner = runner
    runner.hasAgentHere = false
    let held = try HeldTool(call, runner, holdsInput: true)
    guards.hold(connection: held)
    let connection = try await held.wait { event -> Connection? in
      if case .connection(let connection) = event, connection.state == .connected {
        connection
      } else {
        nil
      }
    }
    self.runner.controlPath = connection.controlPath
    return connection
  }

  func isNewer(_ target: Connection) -> Bool {
    target.pcSwitcherVersion.map { Version.isNewer($0, than: Version.current) } ?? false
  }

  private func makeVersionsEqual(_ target: Connection) async throws {
    if request.isDryRun, !isNewer(target) {
      let has = target.pcSwitcherVersion.map { "pc-switcher \($0)" } ?? "no pc-switcher"
      stream.log(
        .info,
        "\(tracker.session.targetHostname) has \(has): a dry run installs nothing and looks"
          + " with tools that vanish by themselves")
      _ = try await borrow()
      return
    }
    _ = try await critically { try await runner.succeed(ToolCall("pcs-remote", ["install"])) }
  }
}
