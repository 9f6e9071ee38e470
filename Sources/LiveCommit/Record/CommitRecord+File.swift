import FileTrees
package import PCSCore
package import SystemPackage

extension CommitRecord {
  private static let magic = Array("pcs-record 3\n".utf8)

  /// Reads what `write` has written; nil when there is none.
  package init?(at path: FilePath) throws(FileError) {
    let bytes: [UInt8]
    do {
      bytes = try FileContent.readRegular(path, limit: 4 << 30, followingLinks: false)
    } catch {
      if error.errno == .noSuchFileOrDirectory { return nil }
      throw error
    }
    self.init()
    do throws(WireError) {
      guard bytes.starts(with: Self.magic) else { throw WireError() }
      var reader = ByteReader(bytes.dropFirst(Self.magic.count))
      while !reader.isAtEnd { add(try reader.path(), try reader.recordEntry()) }
    } catch {
      throw FileError(path, "not the record of a commit", .invalidArgument)
    }
  }

  /// Writes the record whole, or not at all.
  package func write(to path: FilePath) throws {
    let folder = path.removingLastComponent()
    for directory in [2, 1, 0].map({ Self.parent(folder, $0) }) {
      try PrivateDirectory.make(directory)
      try Durable.syncDirectory(of: directory)
    }
    try Durable.replace(path) { file in
      try file.writeAll(Self.magic)
      var writer = ByteWriter()
      for (path, entry) in entries {
        writer.put(path)
        writer.put(entry)
        try writer.flush(to: file)
      }
      try writer.flush(to: file, least: 0)
    }
  }

  private static func parent(_ path: FilePath, _ levels: Int) -> FilePath {
    (0..<levels).reduce(path) { path, _ in path.removingLastComponent() }
  }
}

extension ByteWriter {
  fileprivate mutating func put(_ entry: CommitRecord.Entry) {
    switch entry {
    case .deleted:
      put(UInt64(0))
    case .there(let inode, let changed):
      put(UInt64(1))
      put(inode)
      put(changed)
    case .filled(let inode, let changed, let files):
      put(UInt64(2))
      put(inode)
      put(changed)
      put(files)
    }
  }
}

extension ByteReader {
  fileprivate mutating func recordEntry() throws(WireError) -> CommitRecord.Entry {
    switch try byte() {
    case 0: return .deleted
    case 1: return .there(inode: try number(), changed: try time())
    case 2: return .filled(inode: try number(), changed: try time(), try filledFiles())
    default: throw WireError()
    }
  }
}
