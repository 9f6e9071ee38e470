import PCSCore

extension SyncSteps {
  /// Has every module say what a first sync would do, with nothing installed, pushed or snapshotted;
  /// returns that in words for the user.
  mutating func listFirstSync() async throws -> [String] {
    stream.log(.info, "finding out what a first sync would do")
    var preview = self
    preview.isPreview = true
    preview.isFirstSync = true
    // Without an agent on the target nothing there hangs on one.
    preview.runner = (runner.hasAgentThere ? runner : runner.unleashed).asDryRun
    // The list is shown with the question.
    preview.runner.isShownElsewhere = true
    if !runner.hasAgentThere {
      do {
        _ = try await borrow()
      } catch let error as any ToolError where error.id == "remote.lend" {
        let hostname = tracker.session.targetHostname
        return ["\(hostname): what would be replaced or deleted cannot be shown: \(error)"]
      }
    }
    var lines: [String] = []
    for place in [ToolCall.Place.here, .there] {
      let call = try preview.moduleCall(ModuleCatalog.snapshots, "execute", phase: .pre, at: place)
      lines += try await preview.plans(call).compactMap(\.text)
    }
    for name in modules {
      let plans = try await preview.plans(try preview.moduleCall(name, "execute"))
      lines += plans.compactMap(\.text)
      agreed[name] = plans
    }
    if !runner.hasAgentThere { await guards.releaseLender() }
    return lines
  }

  /// The `plan` lines that a module writes.
  private func plans(_ call: ToolCall) async throws -> [JSON] {
    try await runner.silently.succeed(call).events.compactMap { event in
      guard case .other(let members) = event, members["type"] == "plan" else { return nil }
      return .object(members)
    }
  }
}

extension JSON {
  fileprivate var text: String? { self["text"]?.string }
}
