import FileTrees
import Glibc
import LiveCommit
import PCSCore
import SystemPackage

/// Reads the content of a file of a snapshot for the stream.
struct ContentReader {
  private let file: EntryHandle
  let size: UInt64

  /// `file` is open for reading.
  init(_ file: EntryHandle, _ entry: Entry) {
    self.file = file
    size = entry.size
    isShort = entry.size <= Frame.mostShort && !entry.hasHoles
  }

  /// Opens the file at a path of a snapshot; nil when nothing is there.
  init?(_ path: FilePath, in tree: EntryTree) throws {
    guard let name = path.lastComponent,
      let directory = try tree.directory(at: path.removingLastComponent())
    else { return nil }
    let file = try EntryHandle(reading: FilePath(root: nil, [name]), in: directory)
    try self.init(file, file.read())
  }

  /// Whether all of it goes along with its entry.
  let isShort: Bool

  /// The digest of all of it.
  func digest() throws -> ContentDigest { try ContentDigest(of: file) }

  func whole() throws(FileError) -> [UInt8] { try read(at: 0, Int(size)) }

  /// Adds the frames of a file that is not short: its data, and its digest.
  func send(_ stream: FrameStream) throws {
    let digest = try RunningDigest()
    var parts = ContentParts(nextData)
    try parts.each(in: 0..<size) { part in
      if case .data(let range) = part { try send(range, digest, stream) }
    }
    try stream.add(.fileEnd(digest.end()))
  }

  /// The same of some ranges alone, in ascending order, with the holes in them.
  func send(only ranges: [Range<UInt64>], _ stream: FrameStream) throws {
    let digest = try RunningDigest()
    var parts = ContentParts(nextData)
    var advised = 0
    for (index, range) in ranges.enumerated() {
      while advised < min(index + Self.readAhead, ranges.count) {
        advise(ranges[advised])
        advised += 1
      }
      try parts.each(in: range) { part in
        switch part {
        case .data(let range): try send(range, digest, stream)
        case .hole(let range):
          digest.add(hole: range)
          try stream.add(.hole(range))
        }
      }
    }
    try stream.add(.fileEnd(digest.end()))
  }

  private func send(
    _ range: Range<UInt64>, _ digest: RunningDigest, _ stream: FrameStream
  ) throws {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let bytes = try read(at: offset, Int(min(UInt64(Frame.mostData), range.upperBound - offset)))
      digest.add(bytes, at: offset)
      try stream.add(.data(offset: offset, bytes))
      offset += UInt64(bytes.count)
    }
  }

  /// Has the disk read the beginning; what lies with its inode is read already.
  func readAhead() {
    if size > 2048 { advise(0..<size) }
  }

  /// Ranges that the disk reads at once.
  private static let readAhead = 32

  /// Begins to read a range, `posix_fadvise(2)`; in a long one the kernel reads ahead itself.
  private func advise(_ range: Range<UInt64>) {
    _ = file.withContent { content in
      posix_fadvise(
        content.rawValue, off_t(range.lowerBound), off_t(min(range.count, 1 << 20)),
        POSIX_FADV_WILLNEED)
    }
  }

  /// The next part that is no hole, by `lseek(2)`; nil behind the last one.
  func nextData(from offset: UInt64) throws(FileError) -> Range<UInt64>? {
    if offset >= size { return nil }
    return try file.withContent { (content) throws(FileError) in
      let start = lseek(content.rawValue, off_t(offset), 3)  // SEEK_DATA
      if start < 0, errno == ENXIO { return nil }
      let end = start < 0 ? -1 : lseek(content.rawValue, start, 4)  // SEEK_HOLE
      guard start >= 0, end > start else {
        throw FileError(file.path, "cannot look for data", Errno(rawValue: errno))
      }
      return (UInt64(start)..<UInt64(end)).clamped(to: 0..<size)
    }
  }

  func read(at offset: UInt64, _ count: Int) throws(FileError) -> [UInt8] {
    // How far the disk could be read.
    var place = offset
    do {
      let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        try file.withContent { content in
          while filled < count {
            let rest = UnsafeMutableRawBufferPointer(buffer.extracting(filled..<count))
            let got = try content.read(
              fromAbsoluteOffset: Int64(offset) + Int64(filled), into: rest)
            if got == 0 { return }
            filled += got
            place += UInt64(got)
          }
        }
      }
      guard bytes.count == count else { throw Errno.ioError }
      return bytes
    } catch {
      throw FileError(file.path, "cannot read at byte \(place)", error as? Errno ?? .ioError)
    }
  }
}

extension Entry {
  /// Whether the file takes less on the disk than its length.
  fileprivate var hasHoles: Bool { allocated + 4095 < size }
}
