import Btrfs
package import FileTrees
package import PCSCore
package import SystemPackage

/// The records of several sessions on one subvolume.
package struct CommitRecords: SyncWrites {
  private let records: [CommitRecord]
  private let inodes: [CommitRecord.Inodes]

  /// Reads those that there are; of what a damaged one is about nothing is known.
  package init(of sessions: [String], _ subvolume: String) throws(FileError) {
    var records: [CommitRecord] = []
    for session in sessions {
      do throws(FileError) {
        let record = try CommitRecord(at: CommitRecord.path(of: session, subvolume))
        if let record { records.append(record) }
      } catch {
        guard error.errno == .invalidArgument else { throw error }
      }
    }
    self.records = records
    inodes = records.map { $0.inodes() }
  }

  package func haveWritten(
    _ inode: UInt64, _ changed: FileTime, in directory: UInt64?
  ) throws -> Bool {
    try inodes.contains { try $0.isOwn(inode, changed, in: directory) }
  }

  package func haveDeleted(_ path: FilePath) throws -> Bool {
    try records.contains { try $0.entry(at: path) == .deleted }
  }
}
