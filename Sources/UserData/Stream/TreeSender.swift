import Btrfs
import FileTrees
import PCSCore
import SystemPackage

/// Sends a directory that the target does not have, with everything in it that takes part.
///
/// One directory is open at a time, however deep they lie.
struct TreeSender {
  private let stream: FrameStream
  private let index: Int
  private let now: FilteredTree
  private let onPath: (FilePath) -> Void

  init(
    _ stream: FrameStream, folder index: Int, _ now: FilteredTree,
    onPath: @escaping (FilePath) -> Void
  ) {
    self.stream = stream
    self.index = index
    self.now = now
    self.onPath = onPath
  }

  func send(_ tree: MirrorPlan.Tree) throws {
    /// The files with several names that were sent.
    var linked: Set<UInt64> = []
    var pending = [tree.path]
    while let path = pending.popLast() {
      onPath(path)
      guard let directory = try now.tree.directory(at: path) else {
        throw FileError(path, "cannot open", .noSuchFileOrDirectory)
      }
      let handle = try EntryHandle(directory)
      try stream.add(
        .directory(
          folder: index, path, handle.read(), flags: InodeFlags.toTell(directory.descriptor)))
      pending += try send(entriesOf: directory, path, &linked)
      try stream.add(.directoryEnd)
    }
  }

  /// Returns the directories in it.
  private func send(
    entriesOf directory: Directory, _ path: FilePath, _ linked: inout Set<UInt64>
  ) throws -> [FilePath] {
    var inner: [FilePath] = []
    for item in try DirectoryListing.items(in: directory.descriptor, directory.path) {
      let child = path.pushing(item.name)
      guard try now.includes(child, item.isDirectory) else { continue }
      if item.isDirectory {
        inner.append(child)
        try stream.add(.inner(item.name))
      } else {
        try send(item, in: directory, &linked)
      }
    }
    return inner
  }

  private func send(
    _ item: DirectoryListing.Item, in directory: Directory, _ linked: inout Set<UInt64>
  ) throws {
    let handle =
      try item.isFile
      ? EntryHandle(reading: item.name, in: directory) : EntryHandle(item.name, in: directory)
    guard let handle else {
      throw FileError(directory.path.pushing(item.name), "cannot open", .noSuchFileOrDirectory)
    }
    let entry = try handle.read()
    if entry.links > 1, !linked.insert(entry.inode).inserted {
      return try stream.add(.link(item.name, inode: entry.inode))
    }
    guard entry.kind == .file else {
      return try stream.add(.entry(item.name, entry, flags: 0, short: nil))
    }
    let flags = handle.withContent { InodeFlags.toTell($0) }
    try stream.add(ContentReader(handle, entry)) { short in
      .entry(item.name, entry, flags: flags, short: short)
    }
  }
}
