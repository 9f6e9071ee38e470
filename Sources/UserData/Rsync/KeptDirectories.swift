import PCSCore

/// The directories that rsync does not delete, since something in them is excluded.
///
/// A dry run says of each, after saying so, that it would be deleted; a transfer says so twice.
package struct KeptDirectories: Sendable {
  private var paths: Set<[UInt8]> = []

  package init() {}

  /// Whether a line is news.
  package mutating func passes(_ line: RsyncLine) -> Bool {
    switch line {
    case .kept(let path): paths.insert(path).inserted
    case .item(let item) where item.operation == .deleted: !paths.contains(item.path)
    default: true
    }
  }
}
