import Btrfs
import FileTrees
import LiveCommit
import PCSCore
import SystemPackage

extension CommitPart {
  /// Looks through a large commit right after it, when it costs the least beside it.
  func settle(session: String) throws {
    guard let record = try CommitRecord(at: CommitRecord.path(of: session, subvolume)) else {
      return
    }
    let preSync = try Directory(FilePath(self.preSync.path))
    let place = try PrivatePlace.open(
      in: Directory(FilePath(self.preSync.path).removingLastComponent()))
    let live = try TopLevel(of: preSync).live(subvolume, id: id).root
    let name = "stage-\(session)-settled"
    try Subvolume.snapshot(live, in: place, name, isReadOnly: true)
    defer { try? Subvolume.delete(name, in: place) }
    guard let snapshot = try place.opening(name) else { return }
    let settled = try Settlement(
      folders: prefixes, since: preSync, snapshot: snapshot, record: record)
    try settled?.write(for: session, subvolume)
  }
}
