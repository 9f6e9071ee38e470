package import FileTrees
import Glibc
package import PCSCore
package import SystemPackage

/// A sequence of blocks of bytes in a file, each with its length before it.
///
/// It is written and read in parts, so that memory holds one block and a buffer.
package final class BlockFile {
  private enum Source {
    case file(FileDescriptor)
    /// The whole of a small file, which is closed then.
    case memory([UInt8])
  }

  private let source: Source
  private let path: FilePath
  /// The place of the first block in the file.
  private let start: UInt64
  private var flushed: UInt64
  private var pending = ByteWriter()

  /// Bytes of all blocks.
  package var length: UInt64 { flushed + UInt64(pending.bytes.count) }

  /// The most bytes that are read at once, unless a block is longer.
  private static let window: UInt64 = 1 << 18
  /// Bytes that the length of a block takes at most (LEB128).
  private static let longestHeader: UInt64 = 10

  /// A file of at most so many bytes is held in memory, and needs no descriptor.
  private static let mostInMemory: UInt64 = 1 << 20

  private init(_ source: Source, _ path: FilePath, start: UInt64, length: UInt64) {
    self.source = source
    self.path = path
    self.start = start
    flushed = length
  }

  deinit {
    if case .file(let file) = source { try? file.close() }
  }

  /// O_TMPFILE, which Swift cannot see.
  private static let temporary: CInt = 0o20000000 | O_DIRECTORY

  /// Makes an empty file without a name in a directory, `O_TMPFILE` of `open(2)`.
  package convenience init(temporaryIn directory: Directory) throws(FileError) {
    let fd = openat(
      directory.descriptor.rawValue, ".", Self.temporary | O_RDWR | O_CLOEXEC, 0o600)
    guard fd >= 0 else {
      throw FileError(directory.path, "cannot make a temporary file", Errno(rawValue: errno))
    }
    self.init(.file(FileDescriptor(rawValue: fd)), directory.path, start: 0, length: 0)
  }

  /// Reads a regular file that begins with `magic`; nil when there is none.
  ///
  /// Throws `WireError` when it begins with anything else.
  convenience init?(reading path: FilePath, magic: [UInt8]) throws {
    let file: FileDescriptor
    do throws(FileError) {
      file = try FileContent.openRegular(path, followingLinks: false)
    } catch {
      if error.errno == .noSuchFileOrDirectory { return nil }
      throw error
    }
    do {
      let size = UInt64(try file.seek(offset: 0, from: .end))
      let front = UInt64(magic.count)
      guard size >= front, try Self.bytes(of: file, at: 0, front, path) == magic else {
        throw WireError()
      }
      guard size <= Self.mostInMemory else {
        self.init(.file(file), path, start: front, length: size - front)
        return
      }
      let bytes = try Self.bytes(of: file, at: front, size - front, path)
      try file.close()
      self.init(.memory(bytes), path, start: 0, length: size - front)
    } catch {
      try? file.close()
      throw error
    }
  }
}

// MARK: Writing

extension BlockFile {
  /// Adds a block; returns its place.
  @discardableResult
  package func append(_ write: (inout ByteWriter) -> Void) throws(FileError) -> UInt64 {
    let place = length
    pending.putBlock(write)
    if pending.bytes.count >= Self.window { try flush() }
    return place
  }

  private func flush() throws(FileError) {
    guard case .file(let file) = source, !pending.bytes.isEmpty else { return }
    let count = UInt64(pending.bytes.count)
    do {
      _ = try file.writeAll(toAbsoluteOffset: Int64(start + flushed), pending.bytes)
    } catch {
      throw FileError(path, "cannot write", error as? Errno ?? .ioError)
    }
    flushed += count
    pending = ByteWriter()
  }

  /// Writes all blocks to another file.
  package func copy(to other: FileDescriptor) throws {
    try flush()
    var offset: UInt64 = 0
    while offset < flushed {
      let bytes = try bytes(at: offset, min(Self.window, flushed - offset))
      try other.writeAll(bytes)
      offset += UInt64(bytes.count)
    }
  }
}

// MARK: Reading

extension BlockFile {
  /// Returns the block at a place that `append` returned.
  package func block(at place: UInt64) throws -> ByteReader {
    try flush()
    return ByteReader(try block(at: place, before: flushed).bytes)
  }

  /// Passes each block in a range of places.
  package func eachBlock(
    in range: Range<UInt64>? = nil, _ body: (_ place: UInt64, inout ByteReader) throws -> Void
  ) throws {
    try flush()
    let range = range ?? 0..<flushed
    guard range.upperBound <= flushed else { throw WireError() }
    var place = range.lowerBound
    var window: ArraySlice<UInt8> = []
    while place < range.upperBound {
      if let (header, count) = try Self.header(window), window.count - header >= count {
        let bytes = window.dropFirst(header).prefix(count)
        var reader = ByteReader(bytes)
        try body(place, &reader)
        place += UInt64(header + count)
        window = window.dropFirst(header + count)
        continue
      }
      let rest = range.upperBound - place
      if window.count < min(Self.window, rest) {
        window = try bytes(at: place, min(Self.window, rest))[...]
      } else {
        let block = try block(at: place, before: range.upperBound)
        var reader = ByteReader(block.bytes)
        try body(place, &reader)
        place = block.end
        window = []
      }
    }
  }

  private func block(
    at place: UInt64, before end: UInt64
  ) throws -> (bytes: ArraySlice<UInt8>, end: UInt64) {
    guard place < end else { throw WireError() }
    let head = try bytes(at: place, min(4096, end - place))
    guard let (header, count) = try Self.header(head[...]),
      UInt64(header) + UInt64(count) <= end - place
    else { throw WireError() }
    let next = place + UInt64(header + count)
    if head.count >= header + count { return (head.dropFirst(header).prefix(count), next) }
    return (try bytes(at: place + UInt64(header), UInt64(count))[...], next)
  }

  /// The length of a block, and of its header; nil when more bytes are needed to know.
  private static func header(
    _ bytes: ArraySlice<UInt8>
  ) throws(WireError) -> (header: Int, count: Int)? {
    guard let last = bytes.prefix(Int(longestHeader)).firstIndex(where: { $0 & 0x80 == 0 }) else {
      if bytes.count >= longestHeader { throw WireError() }
      return nil
    }
    var reader = ByteReader(bytes[...last])
    guard let count = Int(exactly: try reader.number()) else { throw WireError() }
    return (last + 1 - bytes.startIndex, count)
  }

  /// The first block, and the place of the second one.
  func firstBlock() throws -> (reader: ByteReader, next: UInt64) {
    let block = try block(at: 0, before: flushed)
    return (ByteReader(block.bytes), block.end)
  }

  private func bytes(at place: UInt64, _ count: UInt64) throws -> [UInt8] {
    guard place <= flushed, count <= flushed - place else { throw WireError() }
    switch source {
    case .memory(let bytes): return Array(bytes[Int(place)..<Int(place + count)])
    case .file(let file): return try Self.bytes(of: file, at: start + place, count, path)
    }
  }

  private static func bytes(
    of file: FileDescriptor, at place: UInt64, _ count: UInt64, _ path: FilePath
  ) throws -> [UInt8] {
    do {
      return try [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, filled in
        while filled < count {
          let rest = UnsafeMutableRawBufferPointer(buffer.extracting(filled..<Int(count)))
          let got = try file.read(fromAbsoluteOffset: Int64(place) + Int64(filled), into: rest)
          guard got > 0 else { throw WireError() }
          filled += got
        }
      }
    } catch let error as Errno {
      throw FileError(path, "cannot read", error)
    }
  }
}

extension ByteWriter {
  /// Adds a block as `BlockFile` has it.
  mutating func putBlock(_ write: (inout ByteWriter) -> Void) {
    var block = ByteWriter()
    write(&block)
    put(block.bytes)
  }
}
