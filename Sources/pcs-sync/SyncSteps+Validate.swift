import PCSCore

extension SyncSteps {
  /// VALIDATING: everything that would keep the sync from working, from both machines at once.
  func validate() async throws {
    try await validate(modules, at: [.here, .there])
  }

  /// Nobody is to decide on a sync that machines refuse whatever the answer is, such as one before
  /// a rollback took effect.
  func validateBeforeAsking() async throws {
    try await validate([], at: runner.hasAgentThere ? [.here, .there] : [.here])
  }

  func validate(_ modules: [String], at places: [ToolCall.Place]) async throws {
    let infrastructure = [ModuleCatalog.diskMonitor, ModuleCatalog.snapshots]
    let replies = try await withThrowingTaskGroup(of: ToolReply.self) { group in
      for name in infrastructure {
        for place in places {
          let call = try moduleCall(name, "validate", at: place)
          group.addTask { try await runner.run(call) }
        }
      }
      for name in modules {
        let call = try moduleCall(name, "validate")
        group.addTask { try await runner.run(call) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let failed = replies.filter { $0.status != .exited(0) }
    // One that never ran says nothing of its machine.
    for reply in failed where reply.result == nil && reply.refusal != nil { try reply.get() }
    if !failed.isEmpty { throw Self.refusal(by: failed) }
  }

  private static func refusal(by failed: [ToolReply]) -> SyncError {
    let isSpace = failed.allSatisfy { $0.status.code == ExitStatus.noSpace.rawValue }
    let found = failed.reduce(0) { $0 + $1.findingCount }
    let unexplained = failed.filter { $0.findingCount == 0 }.map { reply in
      reply.result?.error?.message
        ?? "\(reply.call.module): validate left with \(reply.status.code)"
    }
    let reasons = (found > 0 ? ["\(found) problem(s) found"] : []) + unexplained.sorted()
    let only = failed.count == 1 ? ExitStatus(rawValue: failed[0].status.code) : nil
    return SyncError(
      "not ready for a sync: " + reasons.joined(separator: "; "),
      id: isSpace ? "disk.space" : "validation.failed",
      exitStatus: isSpace
        ? .noSpace : only.flatMap { $0.isHandedOn && $0 != .noSpace ? $0 : nil } ?? .failure)
  }

  /// The call of a module of the contract; infrastructure modules are tools of ours.
  func moduleCall(
    _ name: String, _ verb: String, phase: ModuleOutcome.Phase? = nil,
    at place: ToolCall.Place = .here, previous: Invocation.Previous? = nil,
    evidence: [Snapshot] = []
  ) throws -> ToolCall {
    let tool = ModuleCatalog.infrastructure[name]
    var call = ToolCall(tool ?? "pcs-module-\(name)", [verb], at: place)
    if tool == nil {
      let folders = ModuleCatalog.folders(modulePath: request.invoker?.modulePath)
      call.program = try ModuleCatalog(folders: folders).find(name)
      call.isOurs = false
    }
    call.module = name
    call.input = try invocation(
      of: name, phase: phase, withRemote: place == .here, previous: previous,
      evidence: evidence)
    return call
  }
}

extension ToolReply {
  /// How many problems it has told.
  fileprivate var findingCount: Int {
    events.count { if case .validationError = $0 { true } else { false } }
  }
}
