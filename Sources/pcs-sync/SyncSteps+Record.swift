import PCSCore
import SystemPackage

/// What both machines write down of the session as it goes on.
extension SyncSteps {
  /// Marks the session as in progress, before its first change.
  func begin() async throws {
    guard var peer = guards.peer else { return }
    let calls = try [ToolCall.Place.here, .there].map {
      try historyCall("begin", .executing, peer, at: $0)
    }
    // A mark that was perhaps made must also be ended.
    peer.hasBegun = true
    guards.peer = peer
    async let here = runner.succeed(calls[0])
    async let there = runner.succeed(calls[1])
    let told = try await [(ToolCall.Place.here, here.events), (.there, there.events)]
    for (place, events) in told where events.contains(where: WaitingCommit.isTold) {
      try await completeCommits(at: place)
    }
  }

  /// What an earlier sync was cut short in is completed before the snapshots, so that they show
  /// whole files only.
  private func completeCommits(at place: ToolCall.Place) async throws {
    var call = ToolCall("pcs-module-user-data", ["recover"], at: place)
    switch place {
    case .here:
      let installed = ModuleCatalog.folders(modulePath: nil)
      call.program = try ModuleCatalog(folders: installed).find("user-data")
    case .there:
      // By the link: what it leads to has the name of a version.
      call.program = Places.prefix.appending("libexec/pc-switcher/pcs-module-user-data")
    }
    try await runner.succeed(call)
  }

  /// Writes on one machine that the session is COMPLETED.
  func commit(at place: ToolCall.Place) async throws {
    guard let peer = guards.peer else { return }
    try await runner.succeed(historyCall("commit", .completed, peer, at: place))
  }

  /// Writes the state of a session that does not complete; returns who answered in time.
  ///
  /// What is not written shows as a session that died.
  func record(_ state: SessionState, at places: [ToolCall.Place]) async -> [ToolCall.Place] {
    guard let runner = guards.runner, let peer = guards.peer, peer.hasBegun else { return [] }
    return await withTaskGroup { group in
      for place in places {
        guard let call = try? historyCall("commit", state, peer, at: place) else { continue }
        group.addTask { await answers(call, by: runner) ? place : nil }
      }
      return await group.reduce(into: []) { if let place = $1 { $0.append(place) } }
    }
  }

  /// A machine that no longer answers must not hold up the end.
  private func answers(_ call: ToolCall, by runner: ToolRunner) async -> Bool {
    let task = Task { _ = try? await runner.run(call) }
    let timer = Task {
      try await Task.sleep(for: .seconds(2))
      task.cancel()
    }
    await task.value
    timer.cancel()
    return !task.isCancelled
  }

  private func historyCall(
    _ verb: String, _ state: SessionState, _ peer: SessionGuards.Peer, at place: ToolCall.Place
  ) throws -> ToolCall {
    let isHere = place == .here
    var call = ToolCall(
      "pcs-history",
      [
        verb, "--role", isHere ? "source" : "target", "--peer",
        isHere ? peer.targetID : peer.ownID,
      ], at: place)
    if place == .there { call.patience = .usual }
    call.input = try tracker.record(as: state)
    return call
  }
}
