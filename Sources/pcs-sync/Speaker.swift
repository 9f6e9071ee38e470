/// Whose lines a child's lines are.
struct Speaker: Sendable, Equatable {
  /// The module, or `core` for the tools the driver runs.
  var module: String
  var tool: String
  /// The machine that its standard error comes from.
  var hostname: String
}
