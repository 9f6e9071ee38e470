import FileTrees
import FoundationEssentials
package import LiveCommit
package import PCSCore
package import SystemPackage

/// The plan for one folder, as the target gets it.
package struct PlanRequest: Sendable {
  /// The session, the folder and its subvolume.
  package struct Header: Codable, Sendable {
    package var session: String
    package var peer: SessionRecord.Party
    private var folderBytes: Data
    /// The place of the folder's subvolume among those of the session.
    package var subvolume: Int
    /// The pre-sync snapshots of the session, of both machines.
    package var snapshots: [Snapshot]
    /// The source's snapshot that is read.
    package var sourceSnapshot: SnapshotIdentity?

    package var folder: FilePath { FilePath(bytes: folderBytes) }

    package init(
      session: String, peer: SessionRecord.Party, folder: FilePath, subvolume: Int,
      snapshots: [Snapshot], sourceSnapshot: SnapshotIdentity? = nil
    ) {
      self.session = session
      self.peer = peer
      folderBytes = Data(folder.bytes)
      self.subvolume = subvolume
      self.snapshots = snapshots
      self.sourceSnapshot = sourceSnapshot
    }
  }

  package var header: Header
  package var changes: FolderChanges

  package init(_ header: Header, _ changes: FolderChanges) {
    self.header = header
    self.changes = changes
  }
}

extension PlanRequest {
  package var bytes: [UInt8] {
    get throws {
      var writer = ByteWriter()
      writer.put(Array(try JSON.encoder.encode(header)))
      writer.put(changes)
      return writer.bytes
    }
  }

  package init(bytes: [UInt8]) throws {
    var reader = ByteReader(bytes)
    header = try JSONDecoder().decode(Header.self, from: Data(try reader.text()))
    changes = try reader.folderChanges()
    guard reader.isAtEnd else { throw WireError() }
  }
}

extension PlanRequest {
  static func bytes(of requests: [PlanRequest]) throws -> [UInt8] {
    var writer = ByteWriter()
    writer.put(try requests.map { try $0.bytes }) { $0.put($1) }
    return writer.bytes
  }

  static func list(bytes: [UInt8]) throws -> [PlanRequest] {
    var reader = ByteReader(bytes)
    let requests = try reader.list { reader throws(WireError) in try reader.text() }
    guard reader.isAtEnd else { throw WireError() }
    return try requests.map { try PlanRequest(bytes: $0) }
  }
}
