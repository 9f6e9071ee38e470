import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// Reads the content of a file of a snapshot for the stream, without its holes.
struct ContentReader {
  private let file: EntryHandle
  private let size: UInt64

  /// `file` is open for reading.
  init(_ file: EntryHandle, _ entry: Entry) {
    self.file = file
    size = entry.size
    isShort = entry.size <= Frame.mostShort && !entry.hasHoles
  }

  /// Whether all of it goes along with its entry.
  let isShort: Bool

  func whole() throws(FileError) -> [UInt8] { try read(at: 0, Int(size)) }

  /// Hands on the rest of the frames of a file that is not short.
  func send(_ stream: FrameStream) throws {
    let digest = try RunningDigest()
    var offset: UInt64 = 0
    while let data = try nextData(from: offset) {
      offset = data.lowerBound
      while offset < data.upperBound {
        let bytes = try read(at: offset, Int(min(UInt64(Frame.mostData), data.upperBound - offset)))
        digest.add(bytes, at: offset)
        try stream.add(.data(offset: offset, bytes))
        offset += UInt64(bytes.count)
      }
    }
    try stream.add(.fileEnd(digest.end()))
  }

  /// The next part that is no hole, as `lseek(2)` tells; nil behind the last one.
  private func nextData(from offset: UInt64) throws(FileError) -> Range<UInt64>? {
    if offset >= size { return nil }
    return try file.withContent { (content) throws(FileError) in
      let start = lseek(content.rawValue, off_t(offset), 3)  // SEEK_DATA
      if start < 0, errno == ENXIO { return nil }
      let end = start < 0 ? -1 : lseek(content.rawValue, start, 4)  // SEEK_HOLE
      guard start >= 0, end > start else {
        throw FileError(file.path, "cannot look for data", Errno(rawValue: errno))
      }
      let range = UInt64(start)..<min(UInt64(end), size)
      return range.isEmpty ? nil : range
    }
  }

  private func read(at offset: UInt64, _ count: Int) throws(FileError) -> [UInt8] {
    do {
      let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        try file.withContent { content in
          while filled < count {
            let rest = UnsafeMutableRawBufferPointer(buffer.extracting(filled..<count))
            let got = try content.read(
              fromAbsoluteOffset: Int64(offset) + Int64(filled), into: rest)
            if got == 0 { return }
            filled += got
          }
        }
      }
      guard bytes.count == count else { throw Errno.ioError }
      return bytes
    } catch {
      throw FileError(file.path, "cannot read at byte \(offset)", error as? Errno ?? .ioError)
    }
  }
}

extension Entry {
  /// Whether the file takes less on the disk than its length.
  fileprivate var hasHoles: Bool { allocated + 4095 < size }
}
