import PCSCore
import PCSTool

/// Waits on the source, then on the target; logs a WARNING and an ERROR on the way, and succeeds.
///
/// The reference for writers of modules: copy it, rename it, and replace the waiting.
@main
struct DummySuccess: Module {
  static let name = "dummy-success"
  static let summary = "Wait on both machines, and succeed."
  static let needsRoot = false

  static func getConfigSchema() -> JSON {
    [
      "type": "object",
      "additionalProperties": false,
      "properties": [
        "duration_seconds": [
          "type": "number", "minimum": 0, "default": 20,
          "description": "How long to wait on each machine, in seconds.",
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

  func validate() throws -> [String] {
    context.remote == nil ? ["no target to wait on"] : []
  }

  func execute() throws {
    guard context.remote != nil else { throw SyncError("dummy-success: no target to wait on") }
    if context.invocation.dryRun {
      context.log(.info, "Would wait \(seconds) s here, then \(seconds) s on the target")
      // A dry run ends as the sync would.
      return context.log(.error, "Would log an error on purpose")
    }
    context.emitProgress(0, "source phase", eta: .seconds(seconds * 2))
    try waitOnSource()
    context.emitProgress(0.5, "target phase", eta: .seconds(seconds))
    try waitOnTarget()
    context.emitProgress(1, "done", eta: .zero)
  }

  func abort(timeout: Duration) {
    context.log(.info, "Dummy module abort called")
  }

  private func waitOnSource() throws {
    for tenth in 1...10 {
      try context.pause(.seconds(seconds / 10))
      context.log(.info, "Source phase: \(tenth * 10)%")
      if tenth == 3 { context.log(.warning, "Source phase: a warning on purpose") }
      if tenth == 5 { context.emitProgress(0.25, "source phase", eta: .seconds(seconds * 1.5)) }
    }
  }

  /// One process on the target for the whole phase; its lines become ours as they come.
  private func waitOnTarget() throws {
    let script = """
      for tenth in 1 2 3 4 5 6 7 8 9 10; do
        sleep "$1"
        pcs-emit log INFO "Target phase: ${tenth}0%"
        [ $tenth != 4 ] || pcs-emit log ERROR 'Target phase: an error on purpose'
        [ $tenth != 5 ] || pcs-emit progress 0.75 'target phase' --eta "$2"
      done
      """
    try context.runOnTarget(["sh", "-c", script, "sh", "\(seconds / 10)", "\(seconds / 2)"])
  }
}
