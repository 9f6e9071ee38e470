import PCSCore
import SystemPackage

extension FolderBase {
  /// What the sync itself wrote on this machine in that session and in those since, which were
  /// ended before their time.
  func record(of subvolume: String) throws -> OwnWrites {
    let records = try sessions().compactMap { session -> CommitRecord? in
      let record = try CommitRecord(at: CommitRecord.path(of: session, subvolume))
      if record == nil, session == self.session, memory.arrival == .committed, try wasTarget() {
        throw SyncError(
          "the record of what session \(session) wrote is gone", id: "user_data.base")
      }
      return record
    }
    return OwnWrites { path in
      for record in records {
        switch record.entry(at: path) {
        case .there(let inode, let changed)?: return .written(inode: inode, changed: changed)
        case .deleted?: return .deleted
        case nil: continue
        }
      }
      return nil
    }
  }

  /// The session and those with the same peer since, the newest first.
  private func sessions() throws -> [String] {
    let records = try SessionHistory().records()
    guard let base = records.first(where: { $0.session.id == session }) else { return [session] }
    let since = records.filter {
      $0.peer.machineID == base.peer.machineID && $0.session.timestamp > base.session.timestamp
    }
    return since.sorted { $0.session.timestamp > $1.session.timestamp }.map(\.session.id)
      + [session]
  }
}
