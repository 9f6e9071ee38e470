import FileTrees
package import PCSCore
package import SystemPackage

extension CommitRecord {
  private static let magic = Array("pcs-record 4\n".utf8)

  /// Reads what `write` has written; nil when there is none.
  ///
  /// Throws EINVAL when it is damaged.
  package convenience init?(at path: FilePath) throws(FileError) {
    do {
      guard let blocks = try BlockFile(reading: path, magic: Self.magic) else { return nil }
      var slots: [Slot] = []
      try blocks.eachBlock { place, block in slots.append(try block.recordSlot(at: place)) }
      self.init(blocks, slots)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "not the record of a commit", .invalidArgument)
    }
  }

  /// Writes a record whole, or not at all: the entries that `write` adds, one for each path.
  static func write(
    to path: FilePath, _ write: (inout Writer) throws -> Void
  ) throws {
    let folder = path.removingLastComponent()
    for directory in [2, 1, 0].map({ Self.parent(folder, $0) }) {
      try PrivateDirectory.make(directory)
      try Durable.syncDirectory(of: directory)
    }
    try Durable.replace(path) { file in
      try file.writeAll(magic)
      var writer = Writer(file)
      try write(&writer)
      try writer.finish()
    }
  }

  private static func parent(_ path: FilePath, _ levels: Int) -> FilePath {
    (0..<levels).reduce(path) { path, _ in path.removingLastComponent() }
  }

  struct Writer {
    private let file: FileDescriptor
    private var writer = ByteWriter()

    fileprivate init(_ file: FileDescriptor) {
      self.file = file
    }

    mutating func add(_ path: FilePath, _ entry: Entry) throws {
      writer.putBlock { block in
        block.put(path)
        block.put(entry)
      }
      try writer.flush(to: file)
    }

    fileprivate mutating func finish() throws { try writer.flush(to: file, least: 0) }
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
  mutating func recordEntry() throws(WireError) -> (path: FilePath, entry: CommitRecord.Entry) {
    let path = try path()
    switch try byte() {
    case 0: return (path, .deleted)
    case 1: return (path, .there(inode: try number(), changed: try time()))
    case 2: return (path, .filled(inode: try number(), changed: try time(), try filledFiles()))
    default: throw WireError()
    }
  }

  /// Reads the entry without the files of a directory.
  fileprivate mutating func recordSlot(at place: UInt64) throws(WireError) -> CommitRecord.Slot {
    let digest = CommitRecord.digest(of: try path())
    switch try byte() {
    case 0:
      return CommitRecord.Slot(
        digest: digest, place: place, inode: 0, changed: FileTime(seconds: 0, nanoseconds: 0))
    case 1, 2:
      return CommitRecord.Slot(
        digest: digest, place: place, inode: try number(), changed: try time())
    default: throw WireError()
    }
  }
}
