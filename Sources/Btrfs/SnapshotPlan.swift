import CBtrfs
import FileTrees
import Glibc
package import PCSCore
package import SystemPackage

/// Which subvolumes to take snapshots of, where to, and what stands against it; making a plan
/// changes nothing.
package struct SnapshotPlan: Sendable {
  /// A subvolume that was found, and the number of the directory that its snapshots go to.
  struct Source: Sendable {
    let located: LocatedSubvolume
    let place: Int
    var home: FilePath?

    var name: String { located.name }
    var root: Directory { located.root }
    var subvolume: Subvolume { located.subvolume }
  }

  /// One for each file system.
  private(set) var places: [SnapshotDirectory] = []
  private(set) var sources: [Source] = []
  /// Everything that keeps the snapshots from being made.
  package private(set) var problems: [any ToolError] = []
  package private(set) var warnings: [String] = []
  package private(set) var notes: [String] = []

  /// Plans snapshots of the chosen subvolumes; `folders` are those of the enabled modules.
  package init(
    _ choice: SubvolumeChoice, folders: [FilePath], directory path: FilePath
  ) throws {
    guard Places.isRoot else { throw BtrfsError.needsRoot }
    let configured = try SnapshotDirectory(path)
    let isHome = try FileSystem.isBtrfs(configured.nearest.descriptor, configured.nearest.path)
    let home = isHome ? try TopLevel(of: configured.nearest) : nil
    let search = SubvolumeSearch(
      home: home, folders: find(folders, isNeeded: choice == .auto),
      homes: choice == .auto ? find(HomeSubvolumes.below(folders), isNeeded: true) : [],
      mounts: try BtrfsMount.all())
    let chosen: [ChosenSubvolume]
    switch choice {
    case .auto:
      chosen = search.ofFolders()
      note(search.folders)
    case .named(let names):
      if home == nil, search.folders.isEmpty { throw BtrfsError.notBtrfs(configured.path) }
      chosen = names.compactMap { find($0, search, configured) }
    }
    for each in chosen { try add(each, configured, home?.fileSystem.id) }
    try examine()
  }

  /// Throws what stands against the plan.
  package func check() throws {
    if problems.count > 1 { throw SnapshotError.several(problems) }
    if let problem = problems.first { throw problem }
  }

  /// The directories that the snapshots go to.
  package var directories: [FilePath] { places.map(\.path) }

  package var subvolumeCount: Int { sources.count }

  private mutating func find(_ folders: [FilePath], isNeeded: Bool) -> [FolderSubvolume] {
    folders.compactMap { folder in
      do {
        return try FolderSubvolume(of: folder)
      } catch {
        let error = error as? any ToolError ?? SyncError("\(folder): \(error)")
        if isNeeded { problems.append(error) }
        return nil
      }
    }
  }

  private mutating func find(
    _ name: String, _ search: SubvolumeSearch, _ directory: SnapshotDirectory
  ) -> ChosenSubvolume? {
    do {
      try FlatName.check(name)
      return try search.named(name)
    } catch let error as BtrfsError {
      problems.append(Self.explain(error, name, directory))
    } catch {
      problems.append(error as? any ToolError ?? SyncError("\(name): \(error)"))
    }
    return nil
  }

  private mutating func add(
    _ chosen: ChosenSubvolume, _ configured: SnapshotDirectory, _ home: UUID?
  ) throws {
    let located = chosen.located
    let twins = sources.map(\.located).filter { $0.name == located.name }
    if twins.contains(where: { $0.identity == located.identity }) { return }
    if let twin = twins.first {
      let both = [twin, located].map { "/\($0.path) of \($0.fileSystem)" }
      problems.append(SnapshotError.sameName(located.name, both))
      return
    }
    var directory = configured
    if located.fileSystem != home {
      guard let point = chosen.mountPoint else {
        problems.append(SnapshotError.noPlace(located.name))
        return
      }
      directory = try SnapshotDirectory(point.appending(SnapshotDirectory.name))
    }
    let index = places.firstIndex { $0.path == directory.path } ?? places.count
    if index == places.count { places.append(directory) }
    sources.append(Source(located: located, place: index, home: chosen.home))
  }

  private mutating func note(_ folders: [FolderSubvolume]) {
    guard let system = try? FolderSubvolume(of: "/").located else { return }
    for folder in folders
    where folder.folder != "/" && folder.located.identity == system.identity {
      notes.append(
        "\(folder.folder): lies in the subvolume '\(system.name)' of the whole system: snapshots"
          + " and rollbacks take all of it")
    }
  }

  private static func explain(
    _ error: BtrfsError, _ name: String, _ directory: SnapshotDirectory
  ) -> any ToolError {
    switch error {
    case .notSubvolume, .failed(_, _, .notDirectory): SnapshotError.plainDirectory(name)
    case .missing: SnapshotError.noSuchSubvolume(name, near: directory.path)
    default: error
    }
  }
}

extension SnapshotPlan {
  private mutating func examine() throws {
    for (index, place) in places.enumerated() {
      let own = sources.filter { $0.place == index }
      try examine(place, of: own)
      if let fileSystem = own.first?.located.fileSystem {
        try examineRollbacks(fileSystem, place, own)
        let swapFiles = try SwapFiles.active(in: Set(own.map(\.subvolume.id)), of: fileSystem)
        for source in own {
          guard let path = swapFiles[source.subvolume.id] else { continue }
          problems.append(SnapshotError.swapFile(path, source.name))
        }
      }
    }
  }

  private mutating func examine(_ place: SnapshotDirectory, of sources: [Source]) throws {
    if let problem = try place.problem() { problems.append(problem) }
    if try place.nearest.isReadOnly { problems.append(BtrfsError.readOnly(place.path)) }
    if let warning = try place.warning() { warnings.append(warning) }
    let around = try Subvolume.idsAround(place.nearest)
    let isSubvolume = try place.isSubvolume()
    let inside = sources.filter { source in
      // A subvolume of its own is in no snapshot but one of itself.
      let isItself = place.existing != nil && around.first == source.subvolume.id
      return isSubvolume ? isItself : around.contains(source.subvolume.id)
    }
    problems += inside.map { SnapshotError.inside(place.path, $0.name) }
    if inside.isEmpty, !isSubvolume { problems.append(SnapshotError.notSubvolume(place.path)) }
  }

  /// Until a rollback has taken effect there are two states of the machine.
  private mutating func examineRollbacks(
    _ fileSystem: UUID, _ place: SnapshotDirectory, _ sources: [Source]
  ) throws {
    let names = Set(sources.map(\.name))
    let mounted = try MountTable.subvolumes(of: fileSystem)
    for (kept, point) in try TopLevel(of: place.nearest).waitingRollbacks(mounted) {
      guard let name = RolledBackName(kept)?.subvolume,
        names.contains(name) || names.contains(kept)
      else { continue }
      problems.append(RollbackError.waits(kept, point))
    }
    if let journal = try RollbackJournal.read(in: place) {
      problems.append(RollbackError.unfinished(journal.session))
    }
  }
}
