import Btrfs
import FileTrees
import FoundationEssentials
package import PCSCore
package import SystemPackage

/// What tells a commit of one subvolume what its folders shall be.
package enum CommitGoal: Codable, Sendable, Equatable {
  /// A read-only snapshot that began as one of the pre-sync snapshot.
  case stage(SnapshotIdentity)
  /// Plans, for which everything new lies in the preparation directory: a `PreparedGoal`.
  case prepared

  /// The stage at a path, all of which is on disk.
  package static func stage(at path: FilePath) throws -> CommitGoal {
    .stage(try SnapshotIdentity(path))
  }
}

/// What one commit does to one subvolume.
package struct CommitPart: Codable, Sendable, Equatable {
  /// The name of the live subvolume.
  package let subvolume: String
  /// Its id on the file system of the pre-sync snapshot; nil where its name alone is known.
  package let id: UInt64?
  package let preSync: SnapshotIdentity
  /// What the folders shall be.
  package let goal: CommitGoal
  /// The folders within the subvolume, base64 of their bytes; outside of them nothing is done.
  private let folders: [Data]
  /// Whose the versions are that are replaced: this machine's name.
  package let host: String
  /// Whether the part has come to its end.
  var isDone = false
  /// The number of the preparation directory, once there is one.
  var preparation: UInt64?

  package init(
    subvolume: String, id: UInt64? = nil, preSync: FilePath, goal: CommitGoal, folders: [FilePath],
    host: String = Machine.hostname, preparation: UInt64? = nil
  ) throws {
    self.subvolume = subvolume
    self.id = id
    self.preSync = try SnapshotIdentity(preSync)
    self.goal = goal
    self.folders = folders.map { Data($0.bytes) }
    self.host = host
    self.preparation = preparation
  }

  /// The folders, relative to the subvolume; empty for the whole of it.
  package var prefixes: [FilePath] { folders.map { FilePath(bytes: $0) } }

  private enum CodingKeys: String, CodingKey {
    case subvolume, id, goal, folders, host, preparation
    case preSync = "pre_sync"
    case isDone = "done"
  }
}

/// What a commit is to do, on one or several subvolumes of this machine.
package struct CommitRequest {
  /// What every tool says of it while it waits.
  package let waiting: WaitingCommit
  package let parts: [CommitPart]
  /// For each part what was prepared.
  let goals: [PreparedGoal?]

  /// `prepared` has the preparation of each part of which that is the goal.
  package init(waiting: WaitingCommit, parts: [CommitPart], prepared: [Preparation?] = []) {
    self.waiting = waiting
    self.parts = parts
    goals = parts.indices.map { prepared.indices.contains($0) ? prepared[$0]?.goal : nil }
  }
}
