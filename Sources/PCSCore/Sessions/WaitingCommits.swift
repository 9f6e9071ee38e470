import FoundationEssentials
import Glibc
package import SystemPackage

/// The commits that wait on one machine, a file each, `SESSION.json`.
package struct WaitingCommits: Sendable {
  package let directory: FilePath

  package init(directory: FilePath = Places.commits) {
    self.directory = directory
  }

  /// Every commit that waits, the oldest first; none where the directory is absent.
  ///
  /// One that cannot be read is an error: what we do not know must not pass for nothing.
  package func list() throws(WaitingCommitError) -> [WaitingCommit] {
    let names: [String]
    do {
      names = try DirectoryListing.names(of: directory)
    } catch  where error.errno == .noSuchFileOrDirectory {
      return []
    } catch {
      throw WaitingCommitError(path: directory, what: "\(error.errno)", errno: error.errno)
    }
    var found: [WaitingCommit] = []
    for name in names where name.hasSuffix(".json") && !name.hasPrefix(".") {
      // It may have been carried to its end meanwhile.
      if let commit = try read(String(name.dropLast(".json".count))) { found.append(commit) }
    }
    return found.sorted { ($0.started, $0.sessionID) < ($1.started, $1.sessionID) }
  }

  /// The commit of `session`; nil when none waits.
  package func read(_ session: String) throws(WaitingCommitError) -> WaitingCommit? {
    let path = path(of: session)
    do {
      let bytes = try FileContent.readRegular(path, limit: 64 << 20, followingLinks: false)
      let commit = try JSONDecoder().decode(WaitingCommit.self, from: Data(bytes))
      if commit.sessionID == session { return commit }
      throw WaitingCommitError(path: path, what: "is of session \(commit.sessionID)", errno: nil)
    } catch let error as FileError where error.errno == .noSuchFileOrDirectory {
      return nil
    } catch let error as FileError {
      throw WaitingCommitError(path: path, what: "\(error.errno)", errno: error.errno)
    } catch let error as WaitingCommitError {
      throw error
    } catch {
      throw WaitingCommitError(path: path, what: "not a commit that waits", errno: nil)
    }
  }

  /// Whether there is a file for `session`, whatever is in it.
  package func waits(_ session: String) -> Bool {
    var status = stat()
    return path(of: session).withPlatformString { lstat($0, &status) } == 0
  }

  /// Writes `commit` in place of an earlier state of it, whole or not at all, before its first
  /// change.
  package func write(_ commit: WaitingCommit) throws {
    try write(commit, of: commit.sessionID)
  }

  /// The same of a commit with all that its writer keeps beside.
  package func write(_ commit: some Encodable, of session: String) throws {
    try prepare()
    let text = Array(try JSON.encoder.encode(commit)) + [UInt8(ascii: "\n")]
    try Durable.replace(path(of: session), with: text)
  }

  /// Makes the directory for the files.
  package func prepare() throws {
    try PrivateDirectory.make(directory.removingLastComponent())
    try PrivateDirectory.make(directory)
    try Durable.syncDirectory(of: directory)
  }

  /// Takes away the files of a commit that has come to its end, or that is given up; none is well.
  ///
  /// One that is not `isDurable` may be back after a power failure.
  package func remove(_ session: String, isDurable: Bool = true) throws(FileError) {
    let path = path(of: session)
    var isRemoved = false
    for path in [path, goals(of: session), preparation(of: session), received(by: session)] {
      if path.withPlatformString({ unlink($0) }) == 0 {
        isRemoved = true
      } else if errno != ENOENT {
        throw FileError(path, "cannot remove", Errno(rawValue: errno))
      }
    }
    if isDurable, isRemoved { try Durable.syncDirectory(of: path) }
  }

  package func path(of session: String) -> FilePath { directory.appending("\(session).json") }

  /// The note of what a session prepares, from before it begins until its commit has come to its end.
  package func preparation(of session: String) -> FilePath {
    directory.appending(session + Self.preparing)
  }

  package static let preparing = ".preparing"

  /// The file beside in which a commit keeps what grows with it.
  package func goals(of session: String) -> FilePath { directory.appending("\(session).goals") }
}

/// A commit that waits, or may wait, and cannot be read.
package struct WaitingCommitError: ToolError, Equatable {
  package let path: FilePath
  package let what: String
  package let errno: Errno?

  package var id: String { "commit.unreadable" }
  package var description: String {
    exitStatus == .noPermission
      ? "\(path): only root may look"
      : "\(path): what waits to be committed cannot be read: \(what)"
  }
  package var hint: String? {
    exitStatus == .noPermission
      ? "run it with sudo" : "'pcs-snapshot rollback' of its session gives it up"
  }
  package var exitStatus: ExitStatus {
    errno == .permissionDenied || errno == .notPermitted ? .noPermission : .inputOutput
  }
}
