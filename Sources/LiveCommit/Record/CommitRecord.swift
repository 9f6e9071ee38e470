package import FileTrees
import Glibc
package import PCSCore
package import SystemPackage

/// What a commit left at each path of a subvolume: who finds something else there knows that it was
/// changed by somebody else since.
package struct CommitRecord: Sendable, Equatable {
  /// What is at a path.
  package enum Entry: Sendable, Equatable {
    case there(inode: UInt64, changed: FileTime)
    /// A directory that came with these files.
    case filled(inode: UInt64, changed: FileTime, FilledFiles)
    case deleted
  }

  /// By the bytes of a path relative to the subvolume, which are empty for its root.
  package private(set) var entries: [[UInt8]: Entry] = [:]

  package init() {}

  package mutating func add(_ path: FilePath, _ entry: Entry) {
    entries[path.bytes] = entry
  }

  /// What the commit left at `path`; nil when it had nothing to do with it.
  package func entry(at path: FilePath) -> Entry? { entries[path.bytes] }
}

extension CommitRecord {
  /// `/var/lib/pc-switcher/user-data`, with a directory for each session.
  package static let directory = Places.commitRecords

  package static func path(
    of session: String, _ subvolume: String, in directory: FilePath = directory
  ) -> FilePath {
    Places.commitRecord(of: session, subvolume, in: directory)
  }

  /// The records of all other sessions on a subvolume that there are; of what a damaged one is about
  /// nobody knows.
  static func others(
    than session: String, of subvolume: String, in directory: FilePath
  ) throws(FileError) -> [CommitRecord] {
    var found: [CommitRecord] = []
    for name in try sessions(in: directory) where name != session {
      do throws(FileError) {
        let record = try CommitRecord(at: path(of: name, subvolume, in: directory))
        if let record { found.append(record) }
      } catch {
        guard error.errno == .invalidArgument else { throw error }
      }
    }
    return found
  }

  private static func sessions(in directory: FilePath) throws(FileError) -> [String] {
    do { return try DirectoryListing.names(of: directory).filter(SessionID.isValid) } catch {
      if error.errno == .noSuchFileOrDirectory { return [] }
      throw error
    }
  }

  /// Removes the records of all sessions but some.
  package static func prune(
    keeping sessions: Set<String>, in directory: FilePath = directory
  ) throws(FileError) {
    for name in try Self.sessions(in: directory) where !sessions.contains(name) {
      let folder = directory.appending(name)
      for file in try DirectoryListing.names(of: folder) where file.hasSuffix(".record") {
        _ = folder.appending(file).withPlatformString { unlink($0) }
      }
      if folder.withPlatformString({ rmdir($0) }) != 0, errno != ENOTEMPTY {
        throw FileError(folder, "cannot remove", Errno(rawValue: errno))
      }
    }
  }
}
