import Btrfs
import FileTrees
import LiveCommit
import PCSCore
import SystemPackage

/// Sends a directory that the target does not have, with everything in it that takes part.
///
/// One directory is open at a time, however deep they lie.
struct TreeSender {
  private let stream: FrameStream
  private let index: Int
  private let now: FilteredTree
  private let received: ReceivedFiles?
  private let onPath: (FilePath) -> Void

  init(
    _ stream: FrameStream, folder index: Int, _ now: FilteredTree, _ received: ReceivedFiles?,
    onPath: @escaping (FilePath) -> Void
  ) {
    self.stream = stream
    self.index = index
    self.now = now
    self.received = received
    self.onPath = onPath
  }

  func send(_ tree: FolderChanges.Tree) throws {
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
    var entries = OpenedEntries(try now.entries(in: path), in: directory) { [received] item in
      received?.isReusedUnread(path.pushing(item.name), item.entry) != true
    }
    while let (item, file) = try entries.next() {
      if item.entry.kind == .directory {
        inner.append(path.pushing(item.name))
        try stream.add(.inner(item.name))
      } else if item.entry.links > 1, !linked.insert(item.entry.inode).inserted {
        try stream.add(.link(item.name, inode: item.entry.inode))
      } else if let file {
        try send(item, file, at: path.pushing(item.name))
      } else {
        try stream.add(.entry(item.name, item.entry, flags: 0, short: nil))
      }
    }
    return inner
  }

  private func send(_ item: NamedEntry, _ file: EntryHandle, at path: FilePath) throws {
    let flags = item.mayHaveFlags ? file.withContent { InodeFlags.toTell($0) } : 0
    let content = ContentReader(file, item.entry)
    if let reuse = try received?.reuse(path, item.entry, content: content.digest) {
      return try stream.add(content, reuse) {
        .reusedEntry(item.name, item.entry, flags: flags, $0)
      }
    }
    try stream.add(content) { short in
      .entry(item.name, item.entry, flags: flags, short: short)
    }
  }
}

/// The entries of a directory, its files open: some are opened ahead, so that the disk reads several
/// at once.
private struct OpenedEntries {
  private var entries: DirectoryEntries
  private let directory: Directory
  private let isRead: (NamedEntry) -> Bool
  private var opened: [(item: NamedEntry, file: EntryHandle?)] = []
  private var first = 0

  private static let ahead = 16

  /// `isRead` tells whether a file is read once it is open.
  init(
    _ entries: DirectoryEntries, in directory: Directory, isRead: @escaping (NamedEntry) -> Bool
  ) {
    self.entries = entries
    self.directory = directory
    self.isRead = isRead
  }

  mutating func next() throws -> (item: NamedEntry, file: EntryHandle?)? {
    if first == opened.count {
      opened.removeAll(keepingCapacity: true)
      first = 0
      while opened.count < Self.ahead, let item = try entries.next() {
        opened.append((item, try open(item)))
      }
    }
    if first == opened.count { return nil }
    defer { first += 1 }
    let next = opened[first]
    opened[first].file = nil
    return next
  }

  private func open(_ item: NamedEntry) throws -> EntryHandle? {
    guard item.entry.kind == .file else { return nil }
    let file = try EntryHandle(reading: item.name, in: directory)
    if isRead(item) { ContentReader(file, item.entry).readAhead() }
    return file
  }
}
