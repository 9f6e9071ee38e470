import FoundationEssentials
import Glibc
package import SystemPackage

/// The records of one machine, a file each.
package struct SessionHistory: Sendable {
  package let directory: FilePath

  package init(directory: FilePath = Places.history) {
    self.directory = directory
  }

  /// The records that a sync looks at, oldest first; none where the directory is absent.
  ///
  /// A record that cannot be read is an error: what we do not know must not pass for a machine
  /// without history.
  package func records() throws -> [SessionRecord] { try records(in: directory) }

  /// Every record, oldest first, with those that were put away.
  package func allRecords() throws -> [SessionRecord] {
    try (records(in: older) + records()).inOrder
  }

  /// Whether there is a record of a session.
  package func has(_ session: String) -> Bool {
    [directory, older].contains { directory in
      Self.path(of: session, in: directory).withPlatformString { access($0, F_OK) } == 0
    }
  }

  private func records(in directory: FilePath) throws -> [SessionRecord] {
    let names: [String]
    do {
      names = try DirectoryListing.names(of: directory)
    } catch let error where error.errno == .noSuchFileOrDirectory {
      return []
    } catch {
      throw HistoryError(path: directory, what: "\(error.errno)", errno: error.errno)
    }
    return try names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
      .map { try read(directory.appending($0)) }.inOrder
  }

  static func path(of session: String, in directory: FilePath) -> FilePath {
    directory.appending("\(session).json")
  }

  /// Writes `record` in place of an earlier one of its session, whole or not at all.
  package func write(_ record: SessionRecord) throws {
    try makeDirectory(directory.removingLastComponent())
    try makeDirectory(directory)
    let text = Array(try JSON.encoder.encode(record)) + [UInt8(ascii: "\n")]
    let put = Self.path(of: record.session.id, in: older)
    let isOlder = put.withPlatformString { access($0, F_OK) } == 0
    try Durable.replace(
      isOlder ? put : Self.path(of: record.session.id, in: directory), with: text)
  }

  private func read(_ path: FilePath) throws -> SessionRecord {
    do {
      let bytes = try FileContent.readRegular(path, limit: 64 << 20, followingLinks: false)
      return try JSONDecoder().decode(SessionRecord.self, from: Data(bytes))
    } catch let error as FileError {
      throw HistoryError(path: path, what: "\(error.errno)", errno: error.errno)
    } catch {
      throw HistoryError(path: path, what: "not a record of a session")
    }
  }

  func makeDirectory(_ path: FilePath) throws(FileError) {
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
