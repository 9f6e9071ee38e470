import CVersion

/// The version of this build.
package enum Version {
  /// `X.Y.Z` at a tag, `X.Y.Z+COMMIT` elsewhere.
  package static let current = String(cString: pcs_version())

  /// Orders two versions by their numbers; what follows `+` does not count (semver, 10).
  package static func isNewer(_ left: String, than right: String) -> Bool {
    numbers(right).lexicographicallyPrecedes(numbers(left))
  }

  private static func numbers(_ version: String) -> [Int] {
    version.prefix { $0 != "+" && $0 != "-" }.split(separator: ".").map { Int($0) ?? 0 }
  }
}
