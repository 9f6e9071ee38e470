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
  let work: Work
  /// How many entries the folder has.
  let entries: Int

  enum Work {
    case incremental(MirrorPlan)
    case full(RsyncCommand, TransferPlan)
  }

  var isEmpty: Bool {
    switch work {
    case .incremental(let plan): plan.isEmpty
    case .full(_, let plan): plan.isEmpty
    }
  }

  var amount: TransferAmount {
    switch work {
    case .incremental(let plan): plan.amount
    case .full(_, let plan): plan.amount
    }
  }

  /// What is written at most, in bytes.
  var bytes: UInt64 {
    switch work {
    case .incremental(let plan): plan.bytes
    case .full(_, let plan): plan.bytes
    }
  }
}
