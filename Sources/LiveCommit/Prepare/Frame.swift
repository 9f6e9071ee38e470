package import FileTrees
import PCSCore
package import SystemPackage

/// A piece of the stream in which the source sends new entries.
package enum Frame: Sendable, Equatable {
  /// Begins a file that a plan names, by the places of its folder and its setting. The content is
  /// `short`, or follows as `data`.
  case setting(folder: Int, Int, short: [UInt8]?)
  /// The same of a file that begins with the content that it had before: only what changed follows,
  /// as `data` and `hole`.
  case changed(folder: Int, Int)
  /// Makes, or begins, a file that a plan names of one that an interrupted sync has received.
  case reusedSetting(folder: Int, Int, ReusedFile)
  /// Begins the entries of a directory of a tree.
  case directory(folder: Int, FilePath, Entry, flags: UInt32)
  /// Makes a directory in it, whose entries come later.
  case inner(FilePath)
  /// Makes an entry in it. The content of a file is `short`, or follows as `data`.
  case entry(FilePath, Entry, flags: UInt32, short: [UInt8]?)
  /// Makes, or begins, a file in it of one that an interrupted sync has received.
  case reusedEntry(FilePath, Entry, flags: UInt32, ReusedFile)
  /// Adds a name to a file that was sent, by its inode on the source.
  case link(FilePath, inode: UInt64)
  /// Ends the entries of the directory.
  case directoryEnd
  /// Bytes of a file; between those of a file that is sent whole are holes.
  case data(offset: UInt64, [UInt8])
  /// What is a hole of a file from now on.
  case hole(Range<UInt64>)
  /// Ends the content of the file, which has this digest.
  case fileEnd(ContentDigest)
}

extension Frame {
  /// The most bytes of a `short` content.
  package static let mostShort = 1 << 16
  /// The most bytes of a `data` frame.
  package static let mostData = 1 << 18

  func write(to writer: inout ByteWriter) {
    switch self {
    case .setting(let folder, let index, let short):
      writer.put(UInt64(0))
      writer.put(UInt64(folder))
      writer.put(UInt64(index))
      writer.put(short: short)
    case .directory(let folder, let path, let entry, let flags):
      writer.put(UInt64(1))
      writer.put(UInt64(folder))
      writer.put(path)
      writer.put(entry)
      writer.put(UInt64(flags))
    case .inner(let name):
      writer.put(UInt64(2))
      writer.put(name)
    case .entry(let name, let entry, let flags, let short):
      writer.put(UInt64(3))
      writer.put(name)
      writer.put(entry)
      writer.put(UInt64(flags))
      writer.put(short: short)
    case .link(let name, let inode):
      writer.put(UInt64(4))
      writer.put(name)
      writer.put(inode)
    case .directoryEnd: writer.put(UInt64(5))
    case .data(let offset, let bytes):
      writer.put(UInt64(6))
      writer.put(offset)
      writer.put(bytes)
    case .fileEnd(let digest):
      writer.put(UInt64(7))
      writer.put(digest.bytes)
    case .changed(let folder, let index):
      writer.put(UInt64(8))
      writer.put(UInt64(folder))
      writer.put(UInt64(index))
    case .hole(let range):
      writer.put(UInt64(9))
      writer.put(range.lowerBound)
      writer.put(range.upperBound)
    case .reusedSetting(let folder, let index, let reused):
      writer.put(UInt64(10))
      writer.put(UInt64(folder))
      writer.put(UInt64(index))
      writer.put(reused)
    case .reusedEntry(let name, let entry, let flags, let reused):
      writer.put(UInt64(11))
      writer.put(name)
      writer.put(entry)
      writer.put(UInt64(flags))
      writer.put(reused)
    }
  }
}

extension ByteReader {
  mutating func frame() throws(WireError) -> Frame {
    switch try byte() {
    case 0: .setting(folder: Int(try number32()), Int(try number32()), short: try short())
    case 1:
      .directory(
        folder: Int(try number32()), try path(), try entry(), flags: try number32())
    case 2: .inner(try name())
    case 3: .entry(try name(), try entry(), flags: try number32(), short: try short())
    case 4: .link(try name(), inode: try number())
    case 5: .directoryEnd
    case 6: .data(offset: try number(), try text())
    case 7: .fileEnd(try digest())
    case 8: .changed(folder: Int(try number32()), Int(try number32()))
    case 9: .hole(try range())
    case 10: .reusedSetting(folder: Int(try number32()), Int(try number32()), try reusedFile())
    case 11: .reusedEntry(try name(), try entry(), flags: try number32(), try reusedFile())
    default: throw WireError()
    }
  }

  private mutating func range() throws(WireError) -> Range<UInt64> {
    let (start, end) = (try number(), try number())
    guard start < end else { throw WireError() }
    return start..<end
  }

  /// A path of one component.
  private mutating func name() throws(WireError) -> FilePath {
    let bytes = try text()
    let dot = UInt8(ascii: ".")
    guard !bytes.isEmpty, bytes != [dot], bytes != [dot, dot],
      !bytes.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") })
    else { throw WireError() }
    return FilePath(bytes: bytes)
  }

  private mutating func short() throws(WireError) -> [UInt8]? {
    guard try flag() else { return nil }
    let bytes = try text()
    guard bytes.count <= Frame.mostShort, ContentDigest(of: bytes) == (try digest()) else {
      throw WireError()
    }
    return bytes
  }

  private mutating func digest() throws(WireError) -> ContentDigest {
    guard let digest = ContentDigest(try text()) else { throw WireError() }
    return digest
  }
}

extension ByteWriter {
  fileprivate mutating func put(short bytes: [UInt8]?) {
    put(bytes != nil)
    guard let bytes else { return }
    put(bytes)
    put(ContentDigest(of: bytes).bytes)
  }
}
