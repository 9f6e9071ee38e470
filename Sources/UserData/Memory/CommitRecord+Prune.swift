import LiveCommit
import PCSCore

extension CommitRecord {
  /// Removes what no next sync can ask for: the records and memories of sessions before the last two that each
  /// peer completed.
  package static func pruneBeforeLastSyncs(keeping session: String) throws {
    var keep: Set = [session]
    let peers = Dictionary(grouping: try SessionHistory().records(), by: \.peer.machineID)
    for records in peers.values {
      var completed = 0
      for record in records.inOrder.reversed()
      where completed < 2 {
        keep.insert(record.session.id)
        if record.session.state == .completed { completed += 1 }
      }
    }
    try prune(keeping: keep)
    try MemoryFile.prune(keeping: keep)
  }
}
