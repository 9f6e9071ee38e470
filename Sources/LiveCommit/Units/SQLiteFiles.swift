import PCSCore
package import SystemPackage

/// The names of the files that make one SQLite database: X, X-wal, X-shm and X-journal.
///
/// A write-ahead log or a journal beside another version of its database corrupts it.
package enum SQLiteFiles {
  package static let suffixes = ["-wal", "-shm", "-journal"]
  /// NAME_MAX of `limits.h`, in bytes.
  private static let longestName = 255
  /// The first bytes of a database; one that is new may be empty.
  package static let magic = Array("SQLite format 3\0".utf8)

  /// X, of X-wal, X-shm or X-journal; nil for another name.
  package static func database(of path: FilePath) -> FilePath? {
    guard let suffix = suffix(of: path) else { return nil }
    return FilePath(bytes: Array(path.bytes.dropLast(suffix.utf8.count)))
  }

  /// X-wal, X-shm and X-journal of a database X, but for names that no file can have.
  package static func companions(of database: FilePath) -> [FilePath] {
    let length = database.lastComponent.map { FilePath(root: nil, [$0]).bytes.count } ?? 0
    return suffixes.filter { length + $0.utf8.count <= longestName }
      .map { FilePath(bytes: database.bytes + Array($0.utf8)) }
  }

  /// Whether a file that begins with `head` may be a database.
  package static func isDatabase(head: some Collection<UInt8>) -> Bool {
    head.isEmpty || head.elementsEqual(magic)
  }

  package static func isSharedMemory(_ path: FilePath) -> Bool { suffix(of: path) == "-shm" }
  package static func isLog(_ path: FilePath) -> Bool { suffix(of: path) == "-wal" }

  /// What a name has behind that of its database; a name of nothing else has no database.
  private static func suffix(of path: FilePath) -> String? {
    let bytes = path.bytes
    return suffixes.first { suffix in
      let name = bytes.dropLast(suffix.utf8.count)
      return !name.isEmpty && name.last != UInt8(ascii: "/")
        && bytes[name.endIndex...].elementsEqual(suffix.utf8)
    }
  }
}
