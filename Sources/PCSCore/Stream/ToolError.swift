/// An error the user can read, a script can switch on and a shell can test.
package protocol ToolError: Error, CustomStringConvertible {
  /// A stable name, such as `lock.held`; it appears in JSON and never changes once released.
  var id: String { get }
  /// One line, lower case, no full stop: `/mnt/data: not a btrfs subvolume`.
  var description: String { get }
  /// What the user can do about it, when we know.
  var hint: String? { get }
  var exitStatus: ExitStatus { get }
  /// Facts beside the message, for scripts.
  var context: [String: JSON] { get }
}

extension ToolError {
  package var hint: String? { nil }
  package var exitStatus: ExitStatus { .failure }
  package var context: [String: JSON] { [:] }
}

/// The seed's `SyncError`: a module could not do its work.
package struct SyncError: ToolError {
  package let id: String
  package let description: String
  package let hint: String?
  package let exitStatus: ExitStatus
  package let context: [String: JSON]

  package init(
    _ description: String, id: String = "sync.failed", hint: String? = nil,
    exitStatus: ExitStatus = .failure, context: [String: JSON] = [:]
  ) {
    self.id = id
    self.description = description
    self.hint = hint
    self.exitStatus = exitStatus
    self.context = context
  }
}
