package import FileTrees
package import SystemPackage

/// The entries that lie in the preparation directory of a subvolume, by the places that they go to.
///
/// After a crash their inode numbers tell which of them are in place. Directories, and the files in
/// them, are held in a file: memory grows with what the changes name, not with what is in it.
package struct PreparedEntries {
  /// A complete directory.
  package struct Directory: Sendable, Equatable {
    package var path: FilePath
    package var inode: UInt64
    package var changed: FileTime
    package var files: FilledFiles
  }

  /// A directory that the changes name.
  struct Named: Equatable {
    var inode: UInt64
    /// The outermost directory that it was prepared in, or itself.
    var outermost: FilePath
    /// Its block, and those of the directories in it that the changes do not name.
    var blocks: Range<UInt64>
  }

  /// The inodes of files that go to directories which are there.
  private(set) var files: [FilePath: UInt64] = [:]
  private(set) var named: [FilePath: Named] = [:]
  /// By the outermost directory.
  private var byOutermost: [FilePath: [FilePath]] = [:]
  /// Nil where there are no directories.
  private(set) var list: BlockFile?

  /// `list` is empty, or nil where no directory will be added.
  init(list: BlockFile? = nil) {
    self.list = list
  }

  init(files: [FilePath: UInt64], named: [FilePath: Named], list: BlockFile) {
    self.files = files
    self.named = named
    self.list = list
    for path in named.keys.sorted(by: FilePath.isBefore) {
      named[path].map { byOutermost[$0.outermost, default: []].append(path) }
    }
  }

  mutating func add(file path: FilePath, _ inode: UInt64) { files[path] = inode }

  /// Adds a directory that the changes name.
  mutating func add(_ directory: Directory, to outermost: FilePath) throws {
    guard let list else { return }
    let place = try list.append { $0.put(directory) }
    named[directory.path] = Named(
      inode: directory.inode, outermost: outermost, blocks: place..<list.length)
    byOutermost[outermost, default: []].append(directory.path)
  }

  /// Adds a directory that lies in the one at `path`, which was the last named one to be added.
  mutating func add(_ directory: Directory, within path: FilePath) throws {
    guard let list, let known = named[path] else { return }
    try list.append { $0.put(directory) }
    named[path]?.blocks = known.blocks.lowerBound..<list.length
  }

  /// The inode that was prepared for a path that the changes name; nil when none was.
  func inode(for path: FilePath) -> UInt64? { files[path] ?? named[path]?.inode }

  func isOutermost(_ path: FilePath) -> Bool { byOutermost[path] != nil }

  /// The directory at a path; nil when none was prepared.
  func directory(at path: FilePath) throws -> Directory? {
    guard let list else { return nil }
    if let known = named[path] {
      var block = try list.block(at: known.blocks.lowerBound)
      return try block.preparedDirectory()
    }
    var found: Directory?
    for around in path.selfAndAround where found == nil && named[around] != nil {
      try forEach(movingWith: around) { if $0.path == path { found = $0 } }
    }
    return found
  }

  /// Passes the directory at a path that the changes name, and those in it that they do not.
  func forEach(movingWith path: FilePath, _ body: (Directory) throws -> Void) throws {
    guard let list, let known = named[path] else { return }
    try list.eachBlock(in: known.blocks) { _, block in try body(block.preparedDirectory()) }
  }

  /// Passes the directories that were prepared in `outermost`, itself included, at or below `path`.
  func forEach(
    in outermost: FilePath, below path: FilePath, _ body: (Directory) throws -> Void
  ) throws {
    for named in byOutermost[outermost] ?? []
    where named.starts(with: path) || path.starts(with: named) {
      try forEach(movingWith: named) { if $0.path.starts(with: path) { try body($0) } }
    }
  }

  /// Takes the times of change of files with several names, by their inodes, once all names are
  /// made; the directories go to the empty list `other`.
  mutating func note(_ changed: [UInt64: FileTime], to other: @autoclosure () throws -> BlockFile)
    throws
  {
    guard let list, !changed.isEmpty else { return }
    let new = try other()
    for (path, known) in named.sorted(by: {
      $0.value.blocks.lowerBound < $1.value.blocks.lowerBound
    }) {
      let start = new.length
      try list.eachBlock(in: known.blocks) { _, block in
        var directory = try block.preparedDirectory()
        directory.files.note(changed)
        try new.append { $0.put(directory) }
      }
      named[path]?.blocks = start..<new.length
    }
    self.list = new
  }
}

extension ByteWriter {
  fileprivate mutating func put(_ directory: PreparedEntries.Directory) {
    put(directory.path)
    put(directory.inode)
    put(directory.changed)
    put(directory.files)
  }
}

extension ByteReader {
  fileprivate mutating func preparedDirectory() throws(WireError) -> PreparedEntries.Directory {
    PreparedEntries.Directory(
      path: try path(), inode: try number(), changed: try time(), files: try filledFiles())
  }
}
