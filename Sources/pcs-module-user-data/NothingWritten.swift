import PCSCore

/// What a sync failed of before its commit, so that nothing of the users' was changed.
struct NothingWritten: ToolError {
  private let error: any ToolError

  init(_ error: any ToolError) {
    self.error = error
  }

  var id: String { error.id }
  var description: String { error.description }
  var hint: String? { error.hint }
  var exitStatus: ExitStatus { error.exitStatus }
  var context: [String: JSON] { error.context.merging(["written": false]) { $1 } }
}
