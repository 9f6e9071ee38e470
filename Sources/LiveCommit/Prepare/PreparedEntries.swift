package import FileTrees
package import SystemPackage

/// The entries that lie in the preparation directory of a subvolume, by the places that they go to.
///
/// After a crash their inode numbers tell which of them are in place.
package struct PreparedEntries: Sendable, Equatable {
  /// A complete directory.
  package struct Directory: Sendable, Equatable {
    package var path: FilePath
    package var inode: UInt64
    package var changed: FileTime
    package var files: FilledFiles
  }

  /// The inodes of files that go to directories which are there.
  package private(set) var files: [FilePath: UInt64] = [:]
  /// New directories by the outermost directory that they were prepared in, that one included.
  package private(set) var trees: [FilePath: [Directory]] = [:]
  private var places: [FilePath: Place] = [:]

  /// Where a directory is in `trees`.
  private struct Place: Equatable {
    var outermost: FilePath
    var index: Int
  }

  package init() {}

  mutating func add(file path: FilePath, _ inode: UInt64) { files[path] = inode }

  mutating func add(_ directory: Directory, to outermost: FilePath) {
    places[directory.path] = Place(
      outermost: outermost, index: trees[outermost]?.count ?? 0)
    trees[outermost, default: []].append(directory)
  }

  /// The new directory that was prepared for a path; nil when none was.
  func directory(for path: FilePath) -> Directory? {
    places[path].flatMap { trees[$0.outermost]?[$0.index] }
  }

  /// The inode that was prepared for a path; nil when none was.
  func inode(for path: FilePath) -> UInt64? { files[path] ?? directory(for: path)?.inode }

  /// Takes the time of change of files with several names, by their inodes, once all names are made.
  mutating func note(_ changed: [UInt64: FileTime]) {
    if changed.isEmpty { return }
    for outermost in trees.keys {
      for index in trees[outermost, default: []].indices {
        trees[outermost]?[index].files.note(changed)
      }
    }
  }
}

extension ByteWriter {
  /// `then` is called after each directory, of which there can be many.
  mutating func put(
    _ entries: PreparedEntries, then: (inout ByteWriter) throws -> Void
  ) rethrows {
    put(Array(entries.files)) { writer, file in
      writer.put(file.key)
      writer.put(file.value)
    }
    put(UInt64(entries.trees.count))
    for (outermost, directories) in entries.trees {
      put(outermost)
      put(UInt64(directories.count))
      for directory in directories {
        put(directory.path)
        put(directory.inode)
        put(directory.changed)
        put(directory.files)
        try then(&self)
      }
    }
  }
}

extension ByteReader {
  mutating func preparedEntries() throws(WireError) -> PreparedEntries {
    var entries = PreparedEntries()
    for _ in 0..<(try number()) { entries.add(file: try path(), try number()) }
    for _ in 0..<(try number()) {
      let outermost = try path()
      for _ in 0..<(try number()) {
        let directory = PreparedEntries.Directory(
          path: try path(), inode: try number(), changed: try time(), files: try filledFiles())
        entries.add(directory, to: outermost)
      }
    }
    return entries
  }
}
