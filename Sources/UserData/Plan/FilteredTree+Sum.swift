package import FileTrees
package import SystemPackage

extension FilteredTree {
  /// The sum of what takes part below a directory; nil where a file of it has a name that takes part
  /// elsewhere, since the two would be sent as two files.
  ///
  /// `names` gives every name by which a file of the folder takes part.
  package func sum(
    below directory: FilePath, names: (_ inode: UInt64) throws -> [FilePath]
  ) throws -> TreeSum? {
    var sum = TreeSum()
    /// The names of files with several, less those that were met.
    var open: [UInt64: Int] = [:]
    try walk(below: directory) { path, entry in
      sum.add(entry)
      guard entry.kind != .directory, entry.links > 1 else { return }
      open[entry.inode] = try (open[entry.inode] ?? names(entry.inode).count) - 1
    }
    return open.values.allSatisfy { $0 == 0 } ? sum : nil
  }

  /// Hands on every entry that takes part below a directory, a directory before what is in it.
  package func walk(
    below directory: FilePath, _ body: (_ path: FilePath, _ entry: Entry) throws -> Void
  ) throws {
    var pending = [directory]
    while let path = pending.popLast() {
      var entries = try entries(in: path)
      while let next = try entries.next() {
        let child = path.pushing(next.name)
        if next.entry.kind == .directory { pending.append(child) }
        try body(child, next.entry)
      }
    }
  }
}
