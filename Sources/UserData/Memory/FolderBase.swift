package import FileTrees
package import PCSCore
package import SystemPackage

/// What one machine's part of a comparison since the last sync begins with.
package struct FolderBase: Codable, Sendable, Equatable {
  /// The session that both machines completed last.
  package var session: String
  /// Its snapshots, on both machines.
  package var snapshots: [Snapshot]
  package var memory: FolderMemory
  /// Who was the target then, by its machine id.
  package var target: String

  package init(session: String, snapshots: [Snapshot], memory: FolderMemory, target: String) {
    self.session = session
    self.snapshots = snapshots
    self.memory = memory
    self.target = target
  }

  /// Whether this machine was the target then.
  func wasTarget() throws -> Bool { try Machine.machineID() == target }

  /// The root of the snapshot in which `subvolume` was as on the other machine: of the source then
  /// the one it sent, of the target the one after it had come.
  package func snapshot(of subvolume: String) throws -> Directory {
    try snapshot(of: subvolume, wasTarget() ? .postSync : .preSync)
  }

  func snapshot(of subvolume: String, _ kind: Snapshot.Kind) throws -> Directory {
    for snapshot in snapshots where snapshot.subvolume == subvolume && snapshot.kind == kind {
      if let found = try snapshot.opened() { return found }
    }
    throw SyncError(
      "the snapshot of '\(subvolume)' that session \(session) left here is gone or was altered",
      id: "user_data.base")
  }

  /// A folder in that snapshot.
  package func folder(of subvolume: String, inside: FilePath) throws -> Directory {
    let root = try snapshot(of: subvolume)
    guard let folder = try root.beneath(inside) else {
      throw FileError(root.path.pushing(inside), "cannot open", .noSuchFileOrDirectory)
    }
    return folder
  }
}
