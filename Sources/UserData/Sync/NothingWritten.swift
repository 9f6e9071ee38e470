package import PCSCore

/// What a sync failed of before its commit, so that nothing of the users' was changed.
package struct NothingWritten: ToolError {
  private let error: any ToolError

  package init(_ error: any ToolError) {
    self.error = error
  }

  package var id: String { error.id }
  package var description: String { error.description }
  package var hint: String? { error.hint }
  package var exitStatus: ExitStatus { error.exitStatus }
  package var context: [String: JSON] { error.context.merging(["written": false]) { $1 } }
}
