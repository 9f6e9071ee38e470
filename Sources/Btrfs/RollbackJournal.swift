import FileTrees
package import FoundationEssentials
import Glibc
package import PCSCore
import SystemPackage

/// The steps of a rollback, kept in a snapshot directory until all are done.
package struct RollbackJournal: Codable, Sendable, Equatable {
  /// One subvolume of it.
  package struct Entry: Codable, Sendable, Equatable {
    package var subvolume: String
    /// The subvolume's path from the top level, in base64; nil for one that lies there.
    package var place: Data?
    /// The snapshot directory; nil for that of the journal.
    package var directory: String?
    /// The pre-sync snapshot, by its name in the snapshot directory.
    package var snapshot: String
    /// The uuid of the subvolume that is to be replaced: while it has its old name, the exchange
    /// has not happened.
    package var replaced: String
    /// The name that the replaced one gets.
    package var kept: String

    /// The subvolume's path from the top level.
    var path: FilePath { place.map { FilePath(bytes: $0) } ?? FilePath(subvolume) }
  }

  package var session: String
  package var timestamp: Timestamp
  package var entries: [Entry]

  private static let name = "rollback.json"

  /// The journal of an unfinished rollback; nil when there is none.
  package static func read(in directory: SnapshotDirectory) throws -> RollbackJournal? {
    guard let existing = directory.existing, try existing.has(FilePath(name)) else { return nil }
    let path = directory.path.appending(name)
    do {
      return try JSONDecoder().decode(
        RollbackJournal.self, from: Data(try FileContent.read(path)))
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "not the journal of a rollback", .invalidArgument)
    }
  }

  /// The first directory with a journal, and that.
  package static func find(
    in places: [SnapshotDirectory]
  ) throws -> (journal: RollbackJournal, place: SnapshotDirectory)? {
    for place in places {
      if let journal = try read(in: place) { return (journal, place) }
    }
    return nil
  }

  func write(in directory: SnapshotDirectory) throws {
    try Durable.replace(
      directory.path.appending(Self.name), with: Array(try JSON.encoder.encode(self)))
  }

  static func remove(from directory: SnapshotDirectory) throws {
    // Not by its path: a directory that lies in a subvolume that was replaced is elsewhere by now.
    guard let open = directory.existing else { throw BtrfsError.missing(directory.path) }
    let descriptor = open.descriptor.rawValue
    try BtrfsError.check(
      directory.path.appending(name), "cannot remove", unlinkat(descriptor, name, 0))
    // What a power cut left of writing it.
    for part in try open.names() where part.hasPrefix(".\(name).") {
      _ = unlinkat(descriptor, part, 0)
    }
    try BtrfsError.check(directory.path, "cannot write to disk", fsync(descriptor))
  }
}
