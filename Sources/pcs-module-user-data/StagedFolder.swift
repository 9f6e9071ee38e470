import PCSCore
import SyncFilter
import SystemPackage
import UserData

/// One folder, with all that is decided about it.
struct StagedFolder {
  let here: FolderHere
  let filters: FilterList
  /// The folder's subvolume as it is on the target, and where it is staged.
  let preSync: FilePath
  let stage: FilePath
  /// The folder's path from the root of the target's subvolume.
  let inside: FilePath
  let number: Int
  var plan: MirrorPlan
  /// How many entries the folder has.
  let entries: Int
  /// Large files that are equal by size and time alone.
  let unread: [FilePath]
}
