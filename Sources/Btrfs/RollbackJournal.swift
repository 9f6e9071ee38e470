import FoundationEssentials
import Glibc
package import PCSCore
import SystemPackage

/// What a rollback set out to do, kept in the snapshot directory until it is done.
package struct RollbackJournal: Codable, Sendable, Equatable {
  /// One subvolume of it.
  package struct Entry: Codable, Sendable, Equatable {
    package var subvolume: String
    /// The pre-sync snapshot, by its name in the snapshot directory.
    package var snapshot: String
    /// The uuid of the subvolume that is to be replaced: while it has its old name, the exchange
    /// has not happened.
    package var replaced: String
    /// The name that the replaced one gets.
    package var kept: String
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

  func write(in directory: SnapshotDirectory) throws {
    try Durable.replace(
      directory.path.appending(Self.name), with: Array(try JSON.encoder.encode(self)))
  }

  static func remove(from directory: SnapshotDirectory) throws {
    let path = directory.path.appending(name)
    try BtrfsError.check(path, "cannot remove", path.withPlatformString { unlink($0) })
    // What a power cut left of writing it.
    for part in try directory.existing?.names() ?? [] where part.hasPrefix(".\(name).") {
      _ = directory.path.appending(part).withPlatformString { unlink($0) }
    }
    try Durable.syncDirectory(of: path)
  }
}
