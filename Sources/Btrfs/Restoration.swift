import CLinux
import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// Brings single files back from the pre-sync snapshots of a session.
package struct Restoration: Sendable {
  /// A file that was brought back.
  package struct Restored: Sendable, Equatable {
    package let path: FilePath
    /// Where the one that was there is now.
    package let replaced: FilePath?
  }

  private let session: String
  private let snapshots: [(snapshot: Snapshot, place: SnapshotDirectory)]
  private let access: TopLevel.Access
  private let mounts: [MountTable.Mount]
  private let moment = Timestamp.now

  package init(session: String, places: [SnapshotDirectory], isInPlace: Bool) throws {
    guard Places.isRoot else { throw BtrfsError.needsRoot }
    self.session = session
    access = isInPlace ? .writing : .reading
    snapshots = try places.flatMap { place in
      try SnapshotList.read(place).filter { $0.sessionID == session && $0.kind == .preSync }
        .map { ($0, place) }
    }
    if snapshots.isEmpty { throw RollbackError.noSnapshots(session) }
    mounts = try MountTable.read()
  }

  /// Brings `path` back in its place; what is there stays beside it under another name.
  package func inPlace(_ path: FilePath) throws -> Restored {
    let found = try locate(path)
    guard let source = try found.root.beneath(found.folder),
      let target = try found.live.making(found.folder, like: found.root)
    else { throw RestoreError.missing(path, found.snapshot.snapshotPath) }
    let part = FilePath(".pc-switcher-\(getpid())")
    do {
      try TreeCopy.copy(found.name, in: source, to: part, in: target)
      return Restored(path: path, replaced: try exchange(part, found.name, in: target, path))
    } catch {
      try? TreeRemoval.remove(part, in: target)
      throw error
    }
  }

  /// Puts what `path` was into `directory`, under its own name.
  package func beside(_ path: FilePath, in directory: FilePath) throws -> Restored {
    let found = try locate(path)
    let target = try Directory(directory)
    guard let source = try found.root.beneath(found.folder) else {
      throw RestoreError.missing(path, found.snapshot.snapshotPath)
    }
    if try target.has(found.name) { throw RestoreError.exists(directory.pushing(found.name)) }
    try TreeCopy.copy(found.name, in: source, to: found.name, in: target)
    return Restored(path: directory.pushing(found.name), replaced: nil)
  }

  /// Where a path of the mounted system lies in a snapshot.
  private struct Place {
    let snapshot: Snapshot
    /// The root of the live subvolume.
    let live: Directory
    /// The root of the snapshot.
    let root: Directory
    /// The directory within it, and the name there.
    let folder: FilePath
    let name: FilePath
  }

  private func locate(_ path: FilePath) throws -> Place {
    let path = path.lexicallyNormalized()
    guard path.isAbsolute, let last = path.lastComponent else { throw RestoreError.notAFile(path) }
    guard let mount = mount(of: path), mount.type == "btrfs", mount.point != path else {
      throw RestoreError.notAFile(path)
    }
    let seen = try Directory(mount.point)
    let fileSystem = try FileSystem(holding: seen).id
    for (snapshot, place) in snapshots
    where try FileSystem(holding: place.nearest).id == fileSystem {
      let live = try TopLevel(of: place.nearest, for: access).live(of: snapshot)
      guard try live.subvolume.id == Subvolume(at: seen).id else { continue }
      var relative = path
      _ = relative.removePrefix(mount.point)
      let root = try Directory(FilePath(snapshot.snapshotPath))
      let place = Place(
        snapshot: snapshot, live: live.root, root: root, folder: relative.removingLastComponent(),
        name: FilePath(root: nil, [last]))
      try check(place, path)
      return place
    }
    throw RestoreError.noSnapshot(path, session)
  }

  /// The mount that shows `path`: the deepest, and of those on one point the last.
  private func mount(of path: FilePath) -> MountTable.Mount? {
    var found: MountTable.Mount?
    for mount in mounts where path.starts(with: mount.point) {
      let depth = found?.point.components.count ?? 0
      if mount.point.components.count >= depth { found = mount }
    }
    return found
  }

  private func check(_ place: Place, _ path: FilePath) throws {
    guard let folder = try place.root.beneath(place.folder), try folder.has(place.name) else {
      throw RestoreError.missing(path, place.snapshot.snapshotPath)
    }
  }

  /// Gives `part` its name; returns where the one that had it is now.
  private func exchange(
    _ part: FilePath, _ name: FilePath, in directory: Directory, _ path: FilePath
  ) throws -> FilePath? {
    let folder = directory.descriptor.rawValue
    func rename(_ from: FilePath, _ to: FilePath, _ flags: UInt32) -> CInt {
      from.withPlatformString { old in
        to.withPlatformString { pcs_renameat2(folder, old, folder, $0, flags) }
      }
    }
    // RENAME_NOREPLACE, then RENAME_EXCHANGE
    if rename(part, name, 1) == 0 { return nil }
    let suffix = Array("-replaced-\(moment.compact)-\(session)".utf8)
    let kept = FilePath(bytes: name.bytes + suffix)
    try BtrfsError.check(path, "cannot put it in place", rename(part, name, 2))
    try BtrfsError.check(path, "cannot keep the present one", rename(part, kept, 1))
    return path.removingLastComponent().pushing(kept)
  }
}

/// Why a file cannot be brought back.
package enum RestoreError: ToolError, Equatable {
  case notAFile(FilePath)
  case noSnapshot(FilePath, String)
  case missing(FilePath, String)
  case exists(FilePath)

  package var id: String {
    switch self {
    case .notAFile: "restore.path"
    case .noSnapshot: "restore.no_snapshot"
    case .missing: "restore.missing"
    case .exists: "restore.exists"
    }
  }

  package var description: String {
    switch self {
    case .notAFile(let path): "\(path): not a file below a mounted subvolume"
    case .noSnapshot(let path, let session):
      "\(path): session \(session) has no pre-sync snapshot of its subvolume"
    case .missing(let path, let snapshot): "\(path): not in \(snapshot)"
    case .exists(let path): "\(path): exists already"
    }
  }
}
