import Glibc
package import SystemPackage

extension FilePath {
  /// Whether the bytes of one path come before those of the other.
  package static func isBefore(_ left: FilePath, _ right: FilePath) -> Bool {
    left.withPlatformString { left in right.withPlatformString { strcmp(left, $0) < 0 } }
  }
}
