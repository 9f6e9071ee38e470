package import FileTrees
import LiveCommit
import PCSCore
package import SystemPackage

/// A large file of which an interrupted sync has received a part, or another version.
package struct PartlyReceived: Sendable {
  /// Its path in the folder.
  package let path: FilePath
  /// Its path in the target's subvolume by then.
  package let received: FilePath
  package let blockSize: UInt64
  /// Bytes that are sent if nothing is reused.
  let most: UInt64
}

/// The large files of a folder that a plan sends, by their places in what was received.
package struct LargeFiles {
  fileprivate let changes: ChangesSinceReceived?
  private let place: FilePath
  /// Bytes that are sent of those that the plan names.
  fileprivate private(set) var bytes: [FilePath: UInt64] = [:]
  /// Their paths, by the digests of the paths that they had in the target's subvolume.
  private var paths: [[UInt8]: FilePath] = [:]
  private let trees: Set<FilePath>

  fileprivate init(_ plan: MirrorPlan, _ changes: ChangesSinceReceived?, in place: FilePath) {
    self.changes = changes
    self.place = place
    trees = Set(plan.changes.trees.map(\.path))
    for setting in plan.changes.settings
    where setting.hasContent && setting.entry.size >= ChangedContents.smallest {
      bytes[setting.path] = plan.writtenBytes(of: setting) ?? setting.entry.data
      guard let old = origin(of: setting.path) else { continue }
      paths[ContentDigest(of: place.pushing(old).bytes).bytes] = setting.path
    }
  }

  /// Where a file was when it was received; nil when it was not there.
  fileprivate func origin(of path: FilePath) -> FilePath? {
    guard let changes else { return path }
    return changes.origin(of: path)
  }

  /// Where a file that was received is now in the folder; nil when it is not sent.
  fileprivate func path(of large: ReceivedBatch.Large) -> FilePath? {
    guard let whole = large.path else { return paths[large.digest.bytes] }
    guard let old = whole.relative(to: place) else { return nil }
    let path = changes?.place(of: old) ?? old
    let isSent = bytes[path] != nil || path.selfAndAround.contains(where: trees.contains)
    return isSent ? path : nil
  }
}

extension ReceivedFiles {
  package func largeFiles(of plan: MirrorPlan, _ changes: ChangesSinceReceived?) -> LargeFiles {
    LargeFiles(plan, changes, in: place)
  }

  /// Returns the file that was received in part as `large`; nil for one that is sent whole, or not at
  /// all.
  package func part(
    _ large: ReceivedBatch.Large, _ sent: LargeFiles, _ tree: EntryTree
  ) throws -> PartlyReceived? {
    guard let path = sent.path(of: large), let handle = try tree.handle(at: path) else {
      return nil
    }
    let entry = try handle.read()
    guard entry.kind == .file, entry.links == 1, entry.size >= ChangedContents.smallest,
      try reuse(path, entry, content: { try ContentDigest(of: handle) }) == nil,
      let old = sent.origin(of: path)
    else { return nil }
    return PartlyReceived(
      path: path, received: place.pushing(old),
      blockSize: BlockDigests.blockSize(of: max(entry.size, large.size)),
      most: sent.bytes[path] ?? entry.data)
  }

  /// Has only the blocks sent that differ from what was received.
  package mutating func add(
    _ part: PartlyReceived, of session: String, here: BlockDigests, there: BlockDigests
  ) {
    let ranges = here.ranges(notIn: there)
    guard ranges.bytes < part.most else { return }
    let path = part.received == place.pushing(part.path) ? nil : part.received
    partial[part.path] = Reuse(
      file: ReusedFile(session: session, path: path, isWhole: false), ranges: ranges)
  }
}
