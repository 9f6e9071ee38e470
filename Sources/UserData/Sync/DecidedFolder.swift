import FileTrees
import PCSCore
import SyncFilter
import SystemPackage

/// One folder, with all that is decided about it.
struct DecidedFolder {
  let here: FolderHere
  let filters: FilterList
  /// The place of its subvolume among those of the target.
  let subvolume: Int
  var plan: MirrorPlan
  /// How many entries the folder has.
  let entries: Int
  /// Large files that are equal by size and time alone.
  let unread: [FilePath]

  /// Its snapshot here, with what takes part in the sync.
  func filtered() throws -> FilteredTree {
    let descriptor = here.snapshot.folder.descriptor
    let reader = try DirectoryRulesReader(beneath: descriptor, as: here.path)
    return FilteredTree(here.snapshot.tree, Filter(filters) { try reader.file(of: $0) })
  }
}
