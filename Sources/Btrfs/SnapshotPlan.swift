import CBtrfs
import Glibc
package import PCSCore
package import SystemPackage

/// Which subvolumes to take snapshots of, where to, and what stands against it; making a plan
/// changes nothing.
package struct SnapshotPlan: Sendable {
  /// A subvolume that was found.
  struct Source: Sendable {
    let name: String
    let root: Directory
    let subvolume: Subvolume
  }

  let directory: SnapshotDirectory
  private(set) var sources: [Source] = []
  /// Everything that keeps the snapshots from being made.
  package private(set) var problems: [any ToolError] = []
  package private(set) var warnings: [String] = []

  package init(subvolumes: [String], directory path: FilePath) throws {
    guard Places.isRoot else { throw BtrfsError.needsRoot }
    directory = try SnapshotDirectory(path)
    let topLevel = try TopLevel(of: directory.nearest)
    for name in subvolumes where !sources.contains(where: { $0.name == name }) {
      do {
        try FlatName.check(name)
        let (root, subvolume) = try topLevel.subvolume(name)
        sources.append(Source(name: name, root: root, subvolume: subvolume))
      } catch let error as SnapshotError {
        problems.append(error)
      } catch let error as BtrfsError {
        problems.append(Self.explain(error, name, directory, topLevel.fileSystem))
      }
    }
    try examineDirectory(topLevel.fileSystem)
    try examineSwapFiles(topLevel.fileSystem)
    try examineRollbacks(topLevel)
  }

  /// Throws what stands against the plan.
  package func check() throws {
    if problems.count > 1 { throw SnapshotError.several(problems) }
    if let problem = problems.first { throw problem }
  }

  private mutating func examineDirectory(_ fileSystem: FileSystem) throws {
    if let problem = try directory.problem() { problems.append(problem) }
    if try directory.nearest.isReadOnly { problems.append(BtrfsError.readOnly(directory.path)) }
    let around = try Subvolume.idsAround(directory.nearest)
    let isSubvolume = try directory.isSubvolume()
    if isSubvolume, let warning = try directory.warning() { warnings.append(warning) }
    let root = isSubvolume ? try Self.idOfSystemRoot(on: fileSystem) : nil
    let inside = sources.filter { source in
      let id = source.subvolume.id
      guard around.contains(id) else { return false }
      // A subvolume of its own below / is not in a snapshot of /, and has to be somewhere.
      let isItself = directory.existing != nil && around.first == id
      return isItself || id != root
    }
    problems += inside.map { SnapshotError.inside(directory.path, $0.name) }
    if inside.isEmpty, !isSubvolume { problems.append(SnapshotError.notSubvolume(directory.path)) }
  }

  /// Until a rollback has taken effect there are two states of the machine.
  private mutating func examineRollbacks(_ topLevel: TopLevel) throws {
    let names = Set(sources.map(\.name))
    let mounted = try MountTable.subvolumes(of: topLevel.fileSystem.id)
    for (kept, place) in try topLevel.waitingRollbacks(mounted) {
      guard let name = RolledBackName(kept)?.subvolume, names.contains(name) else { continue }
      problems.append(RollbackError.waits(kept, place))
    }
    if let journal = try RollbackJournal.read(in: directory) {
      problems.append(RollbackError.unfinished(journal.session))
    }
  }

  private mutating func examineSwapFiles(_ fileSystem: FileSystem) throws {
    let swapFiles = try SwapFiles.active(
      in: Set(sources.map(\.subvolume.id)), of: fileSystem.id)
    for source in sources {
      if let path = swapFiles[source.subvolume.id] {
        problems.append(SnapshotError.swapFile(path, source.name))
      }
    }
  }

  /// The subvolume that is mounted at `/`, when it lies on `fileSystem`.
  private static func idOfSystemRoot(on fileSystem: FileSystem) throws -> UInt64? {
    let root = try Directory("/")
    guard try FileSystem.isBtrfs(root.descriptor, root.path),
      try FileSystem(holding: root).id == fileSystem.id
    else { return nil }
    return try Subvolume.id(holding: root)
  }

  private static func explain(
    _ error: BtrfsError, _ name: String, _ directory: SnapshotDirectory, _ fileSystem: FileSystem
  ) -> any ToolError {
    switch error {
    case .notSubvolume, .failed(_, _, .notDirectory): return SnapshotError.plainDirectory(name)
    case .missing:
      if let root = try? Directory("/"), let system = try? TopLevel(of: root),
        system.fileSystem.id != fileSystem.id, (try? system.subvolume(name)) != nil
      {
        return SnapshotError.onAnotherFileSystem(name, directory.path)
      }
      return SnapshotError.noSuchSubvolume(name, near: directory.path)
    default: return error
    }
  }
}
