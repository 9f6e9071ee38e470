import PCSCore

extension SyncSteps {
  /// What both machines remember of each other, and what this one has had.
  func loadMemory() async throws -> (previous: PreviousSession, evidence: [Snapshot]) {
    guard let peer = guards.peer else {
      throw SyncError("no target yet", exitStatus: .software)
    }
    async let all = records(at: .here)
    async let there = records(peer: peer.ownID, at: .there)
    async let snapshotsHere = snapshots(at: .here)
    async let snapshotsThere = snapshots(at: .there)
    let evidence = try await Evidence.snapshots(of: all, existing: snapshotsHere)
    let here = try await all.filter { $0.peer.machineID == peer.targetID }
    return try await (
      PreviousSession(here: here, there: there, snapshots: snapshotsHere + snapshotsThere),
      evidence
    )
  }

  private func records(
    peer: String? = nil, at place: ToolCall.Place
  ) async throws -> [SessionRecord] {
    let chosen = peer.map { ["--peer", $0] } ?? []
    var call = ToolCall("pcs-history", ["show", "--recent"] + chosen, at: place)
    if place == .there { call.patience = .usual }
    return try await runner.silently.succeed(call).events.compactMap { event in
      guard case .other(let members) = event, members["type"] == "history" else { return nil }
      return try JSON.object(members).decode()
    }
  }

  private func snapshots(at place: ToolCall.Place) async throws -> [Snapshot] {
    try await runner.silently.succeed(ToolCall("pcs-snapshot", ["list"] + snapshotPlace, at: place))
      .events
      .compactMap { if case .snapshot(let snapshot) = $0 { snapshot } else { nil } }
  }
}
