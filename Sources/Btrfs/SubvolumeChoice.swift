import FileTrees
package import PCSCore
import SystemPackage

/// Which subvolumes get snapshots, as the configuration says.
package enum SubvolumeChoice: Sendable, Equatable {
  /// Those that hold the folders of the enabled modules.
  case auto
  case named([String])

  /// Reads `btrfs_snapshots.subvolumes`; nil when it is absent.
  package init?(_ value: JSON?) {
    switch value {
    case .string: self = .auto
    case .array(let names): self = .named(names.compactMap(\.string))
    default: return nil
    }
  }
}

/// A subvolume to take a snapshot of, and through which mount it is seen.
struct ChosenSubvolume: Sendable {
  let located: LocatedSubvolume
  /// nil when it is mounted nowhere, nor what it is nested in.
  let mountPoint: FilePath?
  /// The home directory that it is; nil unless that is why it was chosen.
  var home: FilePath?
}

/// Finds the chosen subvolumes of this machine.
struct SubvolumeSearch {
  /// The file system of the snapshot directory; nil where that is no btrfs.
  let home: TopLevel?
  let folders: [FolderSubvolume]
  /// Home directories below the folders that are subvolumes of their own.
  let homes: [FolderSubvolume]
  let mounts: [BtrfsMount]

  /// The subvolumes of the folders, each once.
  func ofFolders() -> [ChosenSubvolume] {
    var found: [ChosenSubvolume] = []
    for (index, folder) in (folders + homes).enumerated()
    where !found.contains(where: { $0.located.identity == folder.located.identity }) {
      found.append(
        ChosenSubvolume(
          located: folder.located, mountPoint: folder.mountPoint,
          home: index < folders.count ? nil : folder.folder))
    }
    return found
  }

  /// The subvolume that a name means: the one that holds a folder, else one that is mounted, else
  /// one on the file system of the snapshot directory.
  func named(_ name: String) throws -> ChosenSubvolume {
    if let folder = folders.first(where: { $0.located.name == name }) {
      return ChosenSubvolume(located: folder.located, mountPoint: folder.mountPoint)
    }
    let all = try topLevels().flatMap { try $0.located(named: name) }
      .map { ChosenSubvolume(located: $0, mountPoint: mountPoint(of: $0)) }
    let here = all.filter { $0.located.fileSystem == home?.fileSystem.id }
    let mounted = try all.filter { try isMounted($0) }
    let mountedHere = mounted.filter { $0.located.fileSystem == home?.fileSystem.id }
    for group in [mountedHere, mounted, here, all] {
      if let only = group.first, group.count == 1 { return only }
      if group.count > 1 {
        throw SnapshotError.ambiguous(name, group.map { place(of: $0.located) })
      }
    }
    // Says what is wrong with what is there.
    if let home { _ = try home.subvolume(name) }
    throw BtrfsError.missing(FilePath(name))
  }

  /// Whether it is mounted now, or will be at the next boot: until then a rollback leaves mounted
  /// what it replaced.
  private func isMounted(_ chosen: ChosenSubvolume) throws -> Bool {
    let located = chosen.located
    var ids: Set<UInt64> = [located.subvolume.id]
    if let home, home.fileSystem.id == located.fileSystem {
      ids.formUnion(
        try home.rolledBack().filter { $0.name.subvolume == located.name }.map(\.subvolume.id))
    }
    return mounts.contains { $0.fileSystem == located.fileSystem && ids.contains($0.subvolume) }
  }

  private func place(of located: LocatedSubvolume) -> String {
    "/\(located.path) of \(located.fileSystem)"
  }

  /// Each file system once, that of the snapshot directory first.
  private func topLevels() throws -> [TopLevel] {
    var found = [home].compactMap { $0 }
    for mount in mounts where !found.contains(where: { $0.fileSystem.id == mount.fileSystem }) {
      // It may have been unmounted meanwhile.
      guard let directory = try? Directory(mount.point),
        let topLevel = try? TopLevel(of: directory)
      else { continue }
      found.append(topLevel)
    }
    return found
  }

  /// Where a subvolume is mounted whole, or one that it is nested in.
  private func mountPoint(of located: LocatedSubvolume) -> FilePath? {
    let own = mounts.filter { $0.fileSystem == located.fileSystem && $0.isWhole }
    if let exact = own.first(where: { $0.subvolume == located.subvolume.id }) { return exact.point }
    let around = (try? Subvolume.idsAround(located.root)) ?? []
    return around.lazy.compactMap { id in own.first { $0.subvolume == id }?.point }.first
  }
}
