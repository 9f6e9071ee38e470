import PCSCore
import SystemPackage

/// Lists a folder of the target for a comparison, as it is in the pre-sync snapshot there.
struct TargetLister: TreeComparison.Lister {
  let target: TargetConversation
  let folder: FilePath
  let snapshots: [Snapshot]

  func ask(for directories: [FilePath]) throws {
    let request = ListRequest(folder: folder, directories: directories, snapshots: snapshots)
    try target.send(.list(request))
  }

  func receive(_ reply: @escaping (LookReply) throws -> Void) throws {
    try target.entries(reply)
  }
}
