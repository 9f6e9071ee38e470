import PCSCore
package import SystemPackage

extension EntryTree {
  /// Hands on every path below `path`, a directory before what is in it; nothing when `path` is
  /// no directory.
  ///
  /// Looks at names and kinds alone, which costs a fraction of reading entries.
  package func walk(
    _ path: FilePath, _ body: (_ path: FilePath, _ isDirectory: Bool) throws -> Void
  ) throws {
    for item in try items(of: path) {
      let below = path.pushing(item.name)
      try body(below, item.isDirectory)
      if item.isDirectory { try walk(below, body) }
    }
  }

  /// Keeps no directory open while those below it are walked.
  private func items(of path: FilePath) throws -> [DirectoryListing.Item] {
    guard let directory = try directory(at: path) else { return [] }
    return try DirectoryListing.items(in: directory.descriptor, directory.path)
  }

  /// What is directly in a directory; nothing where there is none.
  package func children(of path: FilePath) throws -> [(path: FilePath, isDirectory: Bool)] {
    try items(of: path).map { (path.pushing($0.name), $0.isDirectory) }
  }

  /// Whether anything but directories is in it; looks no further than to the first.
  package func hasMoreThanDirectories(below path: FilePath = "") throws -> Bool {
    let items = try items(of: path)
    if items.contains(where: { !$0.isDirectory }) { return true }
    return try items.contains { try hasMoreThanDirectories(below: path.pushing($0.name)) }
  }
}
