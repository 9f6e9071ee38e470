import FileTrees
import SystemPackage
import UserData

/// Describes how a sync changes one folder.
enum FolderWork {
  /// Exactly what differs is brought over.
  case mirror(FolderMirror)
  /// Everything is compared and shown, over a folder that no session has synced before: a dry run.
  case list
}

/// The plan for a folder, with the facts that the guards judge it by.
struct FolderMirror {
  var plan: MirrorPlan
  /// Deletions of what comes again under another name: no loss.
  var moved: Set<FilePath>
  /// The entries of the target's folder before the sync, and after it.
  var entriesBefore: Int
  var entriesAfter: Int
  /// The target's entries at the paths that differ, for a dry run and a first sync.
  var there: [FilePath: Entry] = [:]

  /// The entries of the target that are replaced or deleted.
  var loss: Int {
    let list = FirstSyncList(plan, there: there)
    return list.replaced.count + list.deleted.count
  }
}
