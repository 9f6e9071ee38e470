import FileTrees
import FoundationEssentials
import Glibc
package import PCSCore
package import SystemPackage

/// A memory that is too long for a session's record: a file on both machines, which the record names
/// with its digest.
package enum MemoryFile {
  package static let directory: FilePath = "/var/lib/pc-switcher/state/user-data"
  /// The longest memory that a record holds itself, in bytes.
  static let longestInRecord = 48 << 10

  /// A record's reference to the file.
  struct Reference: Codable, Equatable {
    var file: String
    var digest: String
  }

  private static let suffix = ".memory"
  private static let limit = 1 << 32

  private static func path(of session: String, in directory: FilePath) -> FilePath {
    directory.appending(session + suffix)
  }

  /// Writes the memory of `session` whole, or not at all.
  package static func write(
    _ bytes: [UInt8], of session: String, in directory: FilePath = directory
  ) throws {
    guard SessionID.isValid(session) else { throw WireError() }
    let state = directory.removingLastComponent()
    for folder in [state.removingLastComponent(), state, directory] {
      try PrivateDirectory.make(folder)
      try Durable.syncDirectory(of: folder)
    }
    try Durable.replace(path(of: session, in: directory), with: bytes)
  }

  /// Reads the file that a record names; one that does not fit its digest is an error.
  static func read(
    _ reference: Reference, in directory: FilePath = directory
  ) throws(FileError) -> [UInt8] {
    let path = path(of: reference.file, in: directory)
    guard SessionID.isValid(reference.file) else {
      throw FileError(path, "is no memory of a session", .invalidArgument)
    }
    let bytes = try FileContent.readRegular(path, limit: limit, followingLinks: false)
    guard ContentDigest(of: bytes).hexadecimal == reference.digest else {
      throw FileError(path, "is damaged: its digest differs from the record's", .invalidArgument)
    }
    return bytes
  }

  /// Removes the memories of all sessions but `sessions`.
  static func prune(
    keeping sessions: Set<String>, in directory: FilePath = directory
  ) throws(FileError) {
    let names: [String]
    do { names = try DirectoryListing.names(of: directory) } catch {
      if error.errno == .noSuchFileOrDirectory { return }
      throw error
    }
    for name in names where name.hasSuffix(suffix) {
      if sessions.contains(String(name.dropLast(suffix.count))) { continue }
      let path = directory.appending(name)
      guard path.withPlatformString({ unlink($0) }) == 0 else {
        throw FileError(path, "cannot remove", Errno(rawValue: errno))
      }
    }
  }
}

extension UserDataMemory {
  /// Returns what the session's record holds, and the bytes of the file that both machines need
  /// besides where the memory is long.
  package func stored(of session: String) throws -> (state: JSON, file: [UInt8]?) {
    let bytes = Array(try JSON.encoder.encode(self))
    if bytes.count <= MemoryFile.longestInRecord { return (try JSON(encoding: self), nil) }
    let digest = ContentDigest(of: bytes).hexadecimal
    let reference = MemoryFile.Reference(file: session, digest: digest)
    return (try JSON(encoding: reference), bytes)
  }

  /// Reads what `stored` returned; throws where it cannot be read.
  package init(state: JSON, in directory: FilePath = MemoryFile.directory) throws {
    guard case .object(let members) = state, members["file"] != nil else {
      self = try state.decode()
      return
    }
    let bytes = try MemoryFile.read(state.decode(), in: directory)
    self = try JSONDecoder().decode(UserDataMemory.self, from: Data(bytes))
  }
}
