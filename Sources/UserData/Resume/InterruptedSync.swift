import FoundationEssentials
package import LiveCommit
package import PCSCore
package import SystemPackage

/// The target's report of an interrupted sync whose files can be reused.
package struct InterruptedSync: Codable, Sendable, Equatable {
  package let session: String
  /// The place of the subvolume among those of the session that runs.
  package let subvolume: Int
  package let begun: Timestamp
  package let folders: [Receipt.Folder]
  /// Whether the file system has stayed mounted since the files were written: then no crash can have
  /// damaged them.
  package let isSameMount: Bool

  package init(_ receipt: Receipt, subvolume: Int, isSameMount: Bool) {
    session = receipt.session
    begun = receipt.begun
    folders = receipt.folders
    self.subvolume = subvolume
    self.isSameMount = isSameMount
  }

  package func snapshot(of place: FilePath) -> SnapshotIdentity? {
    folders.first { $0.place == place }?.snapshot
  }
}
