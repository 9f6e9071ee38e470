import LiveCommit
import PCSCore
import SystemPackage

extension FolderBase {
  /// What the session itself wrote on this machine.
  func record(of subvolume: String) throws -> CommitRecord {
    if let record = try Self.record(of: session, subvolume) { return record }
    guard memory.arrival != .committed else {
      throw SyncError("the record of what session \(session) wrote is gone", id: "user_data.base")
    }
    return CommitRecord()
  }

  /// What sessions with the same peer wrote since, which were ended before their time.
  func laterRecords(of subvolume: String) throws -> OwnWrites {
    let records = try SessionHistory().records()
    guard let base = records.first(where: { $0.session.id == session }) else {
      return OwnWrites([CommitRecord]())
    }
    let since = records.filter {
      $0.peer.machineID == base.peer.machineID && base.order < $0.order
    }
    return OwnWrites(
      try since.inOrder.reversed().compactMap {
        try Self.record(of: $0.session.id, subvolume)
      })
  }

  /// What is recorded of a session; one that is damaged makes the base worthless.
  private static func record(of session: String, _ subvolume: String) throws -> CommitRecord? {
    do throws(FileError) {
      return try CommitRecord(at: CommitRecord.path(of: session, subvolume))
    } catch {
      guard error.errno == .invalidArgument else { throw error }
      throw SyncError(error.description, id: "user_data.base")
    }
  }
}
