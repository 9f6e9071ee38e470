import FileTrees
import SystemPackage

/// How a dry run comes to the changes of one folder.
enum FolderWork {
  /// By the plan that a sync would carry out.
  case mirror(FolderMirror)
  /// By a comparison alone, of a folder that no session has synced before: its plan would be as
  /// large as the folder.
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
  /// Large files that are equal by size and time alone.
  var unread: [FilePath]
  /// The target's entries at the paths that differ, for a dry run and a first sync.
  var there: [FilePath: Entry] = [:]

  /// The entries of the target that are replaced or deleted.
  var loss: Int {
    let list = FirstSyncList(plan, there: there)
    return list.replaced.count + list.deleted.count
  }
}
