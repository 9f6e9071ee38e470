package import LiveCommit
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

  /// Sessions since with the same peer in which this machine was the target and got something, though
  /// they did not complete: as bases for what the peer has changed since, with what they brought.
  package func incompleteArrivals(
    of subvolume: String
  ) throws -> [(base: FolderBase, record: CommitRecord)] {
    let records = try SessionHistory().records()
    guard let last = records.first(where: { $0.session.id == session }) else { return [] }
    let own = try Machine.machineID()
    return try records.filter {
      $0.peer.machineID == last.peer.machineID && last.order < $0.order && $0.role == .target
        && !$0.isRolledBack
    }.inOrder.reversed().compactMap { later in
      guard let record = try Self.record(of: later.session.id, subvolume) else { return nil }
      let base = FolderBase(
        session: later.session.id, snapshots: later.snapshots, memory: memory, target: own)
      return (base, record)
    }
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
