import FoundationEssentials
import PCSCore

extension SyncSteps {
  /// Asks both machines whether this sync is what the user means; returns the gates that the user
  /// has opened, `accepted` among them: these are not asked about again.
  ///
  /// A dry run asks nothing: it shows its plan, and ends with what is left closed.
  @discardableResult
  mutating func passGates(
    _ peer: SessionGuards.Peer, isInstalled: Bool, accepted: Set<SyncGate.Verdict> = []
  ) async throws -> Set<SyncGate.Verdict> {
    let verdict = try await judgeBoth(peer, isInstalled: isInstalled)
    isFirstSync = verdict.isFirstSync
    tracker.number = verdict.number
    if let warning = verdict.warning { stream.log(.warning, warning) }
    if runner.hasAgentThere { for died in verdict.died { stream.log(.warning, died) } }
    let open = accepted.union(request.allowedGates)
    let closed = verdict.findings.filter { !open.contains($0.verdict) }
    let asked = open.union(closed.map(\.verdict))
    guard let error = GateError(closed) else { return asked }
    if request.isDryRun {
      stream.log(.warning, error.description)
      refusal = refusal ?? error
      return asked
    }
    try await validateBeforeAsking()
    guard request.mayAsk else { throw error }
    for finding in closed {
      let list = finding.verdict == .firstSync ? try await listFirstSync() : []
      guard await agrees(to: finding, list) else { throw GateError([finding]) ?? error }
    }
    return asked
  }

  /// The gates that are closed, by the questions that a sync asks; with the tools of this version
  /// there.
  func closedGates(_ peer: SessionGuards.Peer) async throws -> [SyncGate.Finding] {
    let verdict = try await judgeBoth(peer, isInstalled: true)
    if let warning = verdict.warning { stream.log(.warning, warning) }
    return verdict.findings.filter { !request.allowedGates.contains($0.verdict) }
  }

  private func agrees(to finding: SyncGate.Finding, _ list: [String]) async -> Bool {
    let way = finding.wayBack.map { "To bring it back first, \($0)\n" } ?? ""
    let shown = list.map { $0 + "\n" }.joined()
    return await questions.confirm(
      "\(finding.reason).\n\(way)\(shown)Replace what is on \(tracker.session.targetHostname)?")
      == true
  }

  private func judgeBoth(
    _ peer: SessionGuards.Peer, isInstalled: Bool
  ) async throws -> GateVerdict {
    let hostname = tracker.session.targetHostname
    async let here = judge(peer: peer.targetID, role: "source", at: .here)
    async let there = isInstalled ? judge(peer: peer.ownID, role: "target", at: .there) : nil
    var verdict = GateVerdict(source: try await here, target: try await there, hostname: hostname)
    if let record = verdict.newerHere {
      verdict.findings = try await judge(
        peer: peer.ownID, role: "target", at: .there, knowing: record
      ).findings
    }
    if let known = verdict.knownThere?.session.id, let ours = try await recordHere(of: known),
      ours.peer.machineID != peer.targetID
    {
      verdict.noteNewMachineID(ours, hostname: hostname)
    }
    return verdict
  }

  private func judge(
    peer: String, role: String, at place: ToolCall.Place, knowing record: SessionRecord? = nil
  ) async throws -> GateJudgement {
    var call = ToolCall(
      "pcs-history", ["gate", "--peer", peer, "--role", role, "--session", request.session],
      at: place)
    if place == .there { call.patience = .usual }
    // A target of another version may not know the option; it is asked again after installing.
    let knowsPaths = runner.hasAgentThere || hasToolsThere
    if place == .there, knowsPaths, modules.contains("user-data") {
      call.arguments += ["--touching"]
      call.input = Array(
        JSON.object([
          "record": try record.map { try JSON(encoding: $0) } ?? .null,
          "user_data": configuration.section(of: "user-data"),
        ]).text.utf8)
    } else if let record {
      call.arguments.append("--knowing")
      call.input = Array(try JSON.encoder.encode(record))
    }
    let reply = try await runner.silently.run(call)
    for case .other(let members) in reply.events where members["type"] == "gate" {
      return try JSON.object(members).decode()
    }
    _ = try reply.get()
    throw SyncError("pcs-history gate: no verdict", exitStatus: .software)
  }

  /// What this machine remembers of a session; nil where it does not know it.
  private func recordHere(of session: String) async throws -> SessionRecord? {
    let reply = try await runner.silently.run(
      ToolCall("pcs-history", ["show", "--session", session]))
    for case .other(let members) in reply.events where members["type"] == "history" {
      return try JSON.object(members).decode()
    }
    if reply.result?.error?.kind != "history.unknown" { _ = try reply.get() }
    return nil
  }
}
