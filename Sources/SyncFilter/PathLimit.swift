import PCSCore
import Synchronization
package import SystemPackage

/// The longest absolute path that a sync brings over.
///
/// Neither a program (`PATH_MAX`) nor the kernel's comparison of snapshots reaches further. What is
/// longer is left on both machines as if a rule excluded it, and named.
package enum PathLimit {
  package static let bytes = 4096

  /// Whether `path` of `folder` is longer.
  package static func isExceeded(by path: FilePath, in folder: FilePath) -> Bool {
    folder.length + 1 + path.length > bytes
  }

  static func verdict(on path: FilePath) -> FilterVerdict {
    .excluded(
      by: FilterRule(isExclude: true, pattern: FilterPattern(only: path), origin: .length),
      at: path)
  }
}

/// Collects the paths that filters judged to be too long, the nearest to the folder of each.
package final class LongPaths: Sendable {
  private let found = Mutex<Set<FilePath>>([])

  package init() {}

  package var paths: [FilePath] {
    found.withLock { $0.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) } }
  }

  func add(_ path: FilePath) {
    found.withLock { _ = $0.insert(path) }
  }
}
