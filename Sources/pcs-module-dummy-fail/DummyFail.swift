import PCSCore
import PCSTool

/// Waits on the source and fails on the way.
@main
struct DummyFail: Module {
  static let name = "dummy-fail"
  static let summary = "Wait on this machine, and fail."
  static let needsRoot = false

  static func getConfigSchema() -> JSON {
    [
      "type": "object",
      "additionalProperties": false,
      "properties": [
        "duration_seconds": [
          "type": "number", "minimum": 0, "default": 20,
          "description": "How long to wait if nothing failed, in seconds.",
        ]
      ],
    ]
  }

  static func main() async { await runModule() }

  private let context: ModuleContext
  private let seconds: Double

  init(_ context: ModuleContext) {
    self.context = context
    seconds = context.config["duration_seconds"]?.double ?? 20
  }

  func execute() throws {
    if context.invocation.dryRun {
      context.log(.info, "Would wait \(seconds * 0.6) s here, then fail")
      throw SimulatedFailure()
    }
    context.emitProgress(0, "source phase")
    for tenth in 1...10 {
      try context.pause(.seconds(seconds / 10))
      context.log(.info, "Source phase: \(tenth * 10)%")
      if tenth == 3 { context.log(.warning, "Source phase: a warning on purpose") }
      context.emitProgress(Double(tenth) / 10, "source phase")
      if tenth == 6 { throw SimulatedFailure() }
    }
  }

  func abort(timeout: Duration) {
    context.log(.info, "Dummy module abort called")
  }
}

/// An error that nobody but this module knows.
struct SimulatedFailure: ToolError {
  let id = "dummy.failed"
  let description = "dummy-fail: failed on purpose"
}
