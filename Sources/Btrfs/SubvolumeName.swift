import PCSCore
package import SystemPackage

/// The name of a subvolume wherever text stands for it: its path from the top level, with `-` for
/// each slash.
package enum SubvolumeName {
  /// nil for the top level itself, and for a path that is not UTF-8.
  package static func of(_ path: FilePath) -> String? {
    guard !path.components.isEmpty, let text = String(validating: path) else { return nil }
    return text.split(separator: "/").joined(separator: "-")
  }
}
