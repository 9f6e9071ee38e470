import Glibc
package import PCSCore
package import SystemPackage

/// What a commit left at each path of a subvolume: who finds something else there knows that it was
/// changed by somebody else since.
package struct CommitRecord: Sendable, Equatable {
  /// What is at a path.
  package enum Entry: Sendable, Equatable {
    case there(inode: UInt64, changed: FileTime)
    case deleted
  }

  /// By the bytes of a path relative to the subvolume.
  private var entries: [[UInt8]: Entry] = [:]

  package init() {}

  package var count: Int { entries.count }

  package mutating func add(_ path: FilePath, _ entry: Entry) {
    entries[path.bytes] = entry
  }

  /// What the commit left at `path`; nil when it had nothing to do with it.
  package func entry(at path: FilePath) -> Entry? { entries[path.bytes] }

  /// Whether what is at `path` is what the commit put there, untouched since.
  package func contains(_ path: FilePath, inode: UInt64, changed: FileTime) -> Bool {
    entries[path.bytes] == .there(inode: inode, changed: changed)
  }

  /// Whether the commit deleted what was at `path`.
  package func isDeleted(_ path: FilePath) -> Bool { entries[path.bytes] == .deleted }
}

extension CommitRecord {
  /// `/var/lib/pc-switcher/user-data`, with a directory for each session.
  package static let directory = Places.commitRecords

  package static func path(
    of session: String, _ subvolume: String, in directory: FilePath = directory
  ) -> FilePath {
    Places.commitRecord(of: session, subvolume, in: directory)
  }

  /// The records of all other sessions on a subvolume that there are.
  static func others(
    than session: String, of subvolume: String, in directory: FilePath
  ) throws(FileError) -> [CommitRecord] {
    var found: [CommitRecord] = []
    for name in try sessions(in: directory) where name != session {
      if let record = try CommitRecord(at: path(of: name, subvolume, in: directory)) {
        found.append(record)
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

  private static let magic = Array("pcs-record 1\n".utf8)

  /// Reads what `write` has written; nil when there is none.
  package init?(at path: FilePath) throws(FileError) {
    let bytes: [UInt8]
    do {
      bytes = try FileContent.readRegular(path, limit: 4 << 30, followingLinks: false)
    } catch {
      if error.errno == .noSuchFileOrDirectory { return nil }
      throw error
    }
    let damaged = FileError(path, "not the record of a commit", .invalidArgument)
    guard bytes.starts(with: Self.magic) else { throw damaged }
    var rest = bytes.dropFirst(Self.magic.count)
    func number(_ count: Int) -> UInt64? {
      guard rest.count >= count else { return nil }
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    while !rest.isEmpty {
      guard let length = number(4), rest.count >= Int(length) else { throw damaged }
      let path = Array(rest.prefix(Int(length)))
      rest = rest.dropFirst(Int(length))
      guard let inode = number(8), let seconds = number(8), let nanoseconds = number(4) else {
        throw damaged
      }
      let changed = FileTime(
        seconds: Int64(bitPattern: seconds), nanoseconds: UInt32(nanoseconds))
      entries[path] = inode == 0 ? .deleted : .there(inode: inode, changed: changed)
    }
  }

  /// Writes the record whole, or not at all.
  package func write(to path: FilePath) throws {
    var bytes = Self.magic
    func add(_ number: UInt64, _ count: Int) {
      for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }
    for (path, entry) in entries {
      add(UInt64(path.count), 4)
      bytes += path
      switch entry {
      case .deleted:
        add(0, 8)
        add(0, 12)
      case .there(let inode, let changed):
        add(inode, 8)
        add(UInt64(bitPattern: changed.seconds), 8)
        add(UInt64(changed.nanoseconds), 4)
      }
    }
    let folder = path.removingLastComponent()
    for directory in [2, 1, 0].map({ Self.parent(folder, $0) }) {
      try PrivateDirectory.make(directory)
      try Durable.syncDirectory(of: directory)
    }
    try Durable.replace(path, with: bytes)
  }

  private static func parent(_ path: FilePath, _ levels: Int) -> FilePath {
    (0..<levels).reduce(path) { path, _ in path.removingLastComponent() }
  }
}
