import Btrfs
import FileTrees
package import PCSCore
import SyncFilter
package import SystemPackage

/// What is known of the folders on both machines before a sync, and what stands against one.
package struct BothMachines: Sendable, Equatable {
  package let source: MachineSurvey
  package let target: MachineSurvey

  package init(source: MachineSurvey, target: MachineSurvey) {
    self.source = source
    self.target = target
  }

  /// What is wrong with the names of the folders, without looking at them.
  package static func problems(inNames folders: [FilePath]) -> [String] {
    folders.compactMap { folder in
      if !folder.isAbsolute { return "\(folder): not an absolute path" }
      if folder.components.contains(where: { $0.kind != .regular }) {
        return "\(folder): '.' and '..' have no place in a folder's path"
      }
      if folder.components.isEmpty { return "/: the system is not user data" }
      if let rule = MachineRules.owner(of: folder) {
        return "\(folder): belongs to this machine and is never synced (\(rule))"
      }
      return nil
    }
  }

  /// Everything that keeps `folders` from being synced; `snapshotted` are the flat names of the
  /// subvolumes that get snapshots, nil when those of all folders do.
  package func problems(_ folders: [FilePath], snapshotted: [String]?) -> [String] {
    var problems = target.folders.compactMap { folder in
      folder.readOnly.map { "\(target.hostname): \($0)" }
    }
    for machine in [source, target] {
      let found = machine.folders
      problems += found.compactMap { folder in folder.problem.map { "\(machine.hostname): \($0)" } }
      guard let snapshotted else { continue }
      for folder in found where folder.problem == nil {
        guard !snapshotted.contains(folder.name) else { continue }
        problems.append(
          "\(machine.hostname): \(folder.folder): lies in the subvolume "
            + "'\(folder.subvolume)', which btrfs_snapshots.subvolumes does not list"
            + " ('auto' finds it)")
      }
    }
    return problems + overlaps(folders) + ownerProblems(folders)
  }

  /// Folders of which one holds the other; a subvolume of its own may be listed beside the folder
  /// that it lies in.
  private func overlaps(_ folders: [FilePath]) -> [String] {
    var problems: [String] = []
    for (index, outer) in folders.enumerated() {
      for (other, inner) in folders.enumerated() where other != index {
        guard inner.relative(to: outer) != nil, inner != outer || other > index,
          source[inner]?.identity == source[outer]?.identity
        else { continue }
        problems.append("\(inner): lies in \(outer), which is listed, too")
      }
    }
    return problems
  }

  /// What below `folder` belongs to something else on either machine, relative to it.
  package func exceptions(of folder: FilePath) -> [FilePath] {
    let all = (source[folder]?.exceptions ?? []) + (target[folder]?.exceptions ?? [])
    return FolderPlace.outermost(all, below: "")
  }

  /// The revisions of snaps below `folder` that are left on both machines, relative to it.
  package func snapsLeft(in folder: FilePath) -> [FilePath] {
    guard let here = source[folder]?.snaps, let there = target[folder]?.snaps else { return [] }
    return SnapRevisions.left(source: here, target: there)
  }

  /// What is left out though no rule says so.
  package func warnings(_ folders: [FilePath]) -> [String] {
    folders.flatMap { folder in
      exceptions(of: folder).map { folder.pushing($0) }
        .filter { !folders.contains($0) && !Self.isSnapshotDirectory($0) }
        .map {
          "\($0): a subvolume or mount of its own: left as it is on both machines"
            + " (list it among the folders to have it synced)"
        }
    }
  }

  /// The programs of the target that have files of the folders open for writing.
  package var programs: [String] {
    (target.programs ?? []).map { $0.text(on: target.hostname) }
  }

  /// Snapshots are left out of every sync, and nobody wonders.
  private static func isSnapshotDirectory(_ path: FilePath) -> Bool {
    path.lastComponent?.string == SnapshotDirectory.name
  }

  /// Where room is needed on the target, by file system: throws when what is to be written does not
  /// fit.
  package func checkSpace(_ plans: [(folder: FilePath, bytes: UInt64)]) throws(SpaceError) {
    let places = plans.compactMap { target[$0.folder] }
    for place in places {
      let needed = plans.filter { target[$0.folder]?.fileSystem == place.fileSystem }
        .reduce(0) { $0 + $1.bytes }
      // What an interrupted sync received is put in place, not written again.
      let received = target.received?[source.machineID] ?? 0
      if needed > place.available + received {
        throw SpaceError(
          hostname: target.hostname, folder: place.folder, needed: needed,
          available: place.available)
      }
    }
  }
}

/// The target has no room for what is to be copied; nothing was written.
package struct SpaceError: ToolError, Equatable {
  package let hostname: String
  package let folder: FilePath
  /// In bytes.
  package let needed: UInt64
  package let available: UInt64

  package var id: String { "disk.space" }
  package var description: String {
    "\(hostname): \(folder): \(Size.text(needed)) would be copied, and \(Size.text(available)) are free"
  }
  package var exitStatus: ExitStatus { .noSpace }
  package var context: [String: JSON] {
    [
      "needed": .integer(Int64(clamping: needed)),
      "available": .integer(Int64(clamping: available)),
    ]
  }
}
