import FoundationEssentials
import Glibc
package import SystemPackage

/// The records of one machine, a file each.
package struct SessionHistory: Sendable {
  package let directory: FilePath

  package init(directory: FilePath = Places.history) {
    self.directory = directory
  }

  /// Every record, oldest first; none where the directory is absent.
  ///
  /// A record that cannot be read is an error: what we do not know must not pass for a machine
  /// without history.
  package func records() throws -> [SessionRecord] {
    let names: [String]
    do {
      names = try DirectoryListing.names(of: directory)
    } catch let error where error.errno == .noSuchFileOrDirectory {
      return []
    } catch {
      throw HistoryError(path: directory, what: "\(error.errno)", errno: error.errno)
    }
    return try names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
      .map { try read(directory.appending($0)) }
      .sorted { $0.session.timestamp < $1.session.timestamp }
  }

  /// Writes `record` in place of an earlier one of its session, whole or not at all.
  package func write(_ record: SessionRecord) throws {
    try makeDirectory(directory.removingLastComponent())
    try makeDirectory(directory)
    let text = Array(try JSON.encoder.encode(record)) + [UInt8(ascii: "\n")]
    try Durable.replace(directory.appending("\(record.session.id).json"), with: text)
  }

  private func read(_ path: FilePath) throws -> SessionRecord {
    do {
      let bytes = try FileContent.read(path, limit: 64 << 20)
      return try JSONDecoder().decode(SessionRecord.self, from: Data(bytes))
    } catch let error as FileError {
      throw HistoryError(path: path, what: "\(error.errno)", errno: error.errno)
    } catch {
      throw HistoryError(path: path, what: "not a record of a session")
    }
  }

  private func makeDirectory(_ path: FilePath) throws(FileError) {
    if path.withPlatformString({ mkdir($0, 0o700) }) != 0, errno != EEXIST {
      throw FileError(path, "cannot make", Errno(rawValue: errno))
    }
  }
}

/// History that cannot be read.
package struct HistoryError: ToolError, Equatable {
  package let path: FilePath
  package let what: String
  package let errno: Errno?

  init(path: FilePath, what: String, errno: Errno? = nil) {
    self.path = path
    self.what = what
    self.errno = errno
  }

  package var id: String { "history.unreadable" }
  package var description: String {
    exitStatus == .noPermission
      ? "\(path): only root may look" : "\(path): cannot be read: \(what)"
  }
  package var hint: String? {
    exitStatus == .noPermission
      ? "run it with sudo" : "mend or remove it: nothing is synced while it is unreadable"
  }
  package var exitStatus: ExitStatus { errno == .permissionDenied ? .noPermission : .inputOutput }
}
