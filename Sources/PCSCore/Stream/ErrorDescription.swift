/// An error as it travels in JSON.
package struct ErrorDescription: Codable, Sendable, Equatable {
  /// The stable id, such as `disk.space`.
  package var kind: String
  package var message: String
  @Nullable package var hint: String?
  package var context: [String: JSON]

  package init(kind: String, message: String, hint: String? = nil, context: [String: JSON] = [:]) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.context = context
  }

  package init(_ error: any ToolError) {
    self.init(
      kind: error.id, message: error.description, hint: error.hint, context: error.context)
  }
}
