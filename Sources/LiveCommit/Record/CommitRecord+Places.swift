import Glibc
package import PCSCore
package import SystemPackage

extension CommitRecord {
  /// `/var/lib/pc-switcher/user-data`, with a directory for each session.
  package static let directory = Places.commitRecords

  package static func path(
    of session: String, _ subvolume: String, in directory: FilePath = directory
  ) -> FilePath {
    Places.commitRecord(of: session, subvolume, in: directory)
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
