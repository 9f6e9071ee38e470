package import FileTrees
import PCSCore
package import SystemPackage

/// What a commit left at each path of a subvolume: who finds something else there knows that it was
/// changed by a user since.
///
/// The file is read in parts: memory holds 40 bytes for each path and directory, none for the files
/// that came with a directory.
package final class CommitRecord {
  /// What is at a path.
  package enum Entry: Sendable, Equatable {
    case there(inode: UInt64, changed: FileTime)
    /// A directory that came with these files.
    case filled(inode: UInt64, changed: FileTime, FilledFiles)
    case deleted
  }

  /// An entry, found by the digest of its path.
  struct Slot {
    let digest: UInt64
    let place: UInt64
    /// Zero for what was deleted.
    let inode: UInt64
    let changed: FileTime
  }

  private let blocks: BlockFile?
  /// By their digests.
  private let slots: [Slot]
  /// The last entry that was read: the files of one directory are asked for one after another.
  private var last: (place: UInt64, path: FilePath, entry: Entry)?

  /// The record of a commit that did nothing.
  package init() {
    blocks = nil
    slots = []
  }

  init(_ blocks: BlockFile, _ slots: [Slot]) {
    self.blocks = blocks
    self.slots = slots.sorted { ($0.digest, $0.place) < ($1.digest, $1.place) }
  }

  static func digest(of path: FilePath) -> UInt64 {
    ContentDigest(of: path.bytes).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// What the commit left at `path`, which is empty for the root of the subvolume; nil when it had
  /// nothing to do with it.
  package func entry(at path: FilePath) throws -> Entry? {
    let digest = Self.digest(of: path)
    var index = slots.partitionPoint { $0.digest >= digest }
    while index < slots.count, slots[index].digest == digest {
      let found = try read(at: slots[index].place)
      if found.path == path { return found.entry }
      index += 1
    }
    return nil
  }

  /// Passes each path with what the commit left there.
  package func eachEntry(_ body: (FilePath, Entry) throws -> Void) throws {
    try blocks?.eachBlock { _, block in
      let (path, entry) = try block.recordEntry()
      try body(path, entry)
    }
  }

  private func read(at place: UInt64) throws -> (path: FilePath, entry: Entry) {
    if let last, last.place == place { return (last.path, last.entry) }
    guard var block = try blocks?.block(at: place) else { throw WireError() }
    let (path, entry) = try block.recordEntry()
    last = (place, path, entry)
    return (path, entry)
  }

  /// The entries by their inodes.
  package func inodes() -> Inodes { Inodes(self) }

  /// What the commit wrote, by inodes.
  package struct Inodes {
    private let record: CommitRecord
    private var slots: [UInt64: Slot] = [:]

    fileprivate init(_ record: CommitRecord) {
      self.record = record
      for slot in record.slots where slot.inode != 0 { slots[slot.inode] = slot }
    }

    /// Whether an inode is as the commit left it; `directory` is the number of the directory that it
    /// is in, nil for a directory.
    package func isOwn(_ inode: UInt64, _ changed: FileTime, in directory: UInt64?) throws -> Bool {
      guard let directory else { return slots[inode]?.changed == changed }
      guard let slot = slots[directory],
        case .filled(_, _, let files) = try record.read(at: slot.place).entry
      else { return false }
      return files.contains(inode: inode, changed: changed)
    }
  }
}
