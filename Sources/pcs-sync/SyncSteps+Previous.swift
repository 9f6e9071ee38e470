import PCSCore

extension SyncSteps {
  /// Gathers what both machines remember of each other.
  func loadPrevious() async throws -> PreviousSession {
    guard let peer = guards.peer else {
      throw SyncError("no target yet", exitStatus: .software)
    }
    async let here = records(peer: peer.targetID, at: .here)
    async let there = records(peer: peer.ownID, at: .there)
    async let snapshotsHere = snapshots(at: .here)
    async let snapshotsThere = snapshots(at: .there)
    return try await PreviousSession(
      here: here, there: there, snapshots: snapshotsHere + snapshotsThere)
  }

  private func records(
    peer: String, at place: ToolCall.Place
  ) async throws -> [SessionRecord] {
    let call = ToolCall("pcs-history", ["show", "--peer", peer, "--recent"], at: place)
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
