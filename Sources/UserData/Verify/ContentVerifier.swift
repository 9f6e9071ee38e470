package import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// Reads files from the disk, past what the page cache has of them, and digests what they hold.
///
/// Reads each file from its start to its end; where its blocks are fewer than its length takes, what
/// `lseek(2)` calls a hole is skipped. Not for two threads at once.
package final class ContentVerifier {
  /// Read and digested at once, in bytes.
  private static let window = 1 << 18

  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: ContentVerifier.window, alignment: 4096)
  private let onRead: (Int) throws -> Void

  /// `onRead` gets the number of bytes of each read.
  package init(onRead: @escaping (Int) throws -> Void = { _ in }) {
    self.onRead = onRead
  }

  deinit { buffer.deallocate() }

  package func content(of file: EntryHandle) throws -> VerifiedContent {
    let entry = try file.read()
    guard entry.kind == .file else { throw FileError(file.path, is: "is not a file any more") }
    let descriptor = try file.open(O_RDONLY)
    return try descriptor.closeAfter {
      try check(file, "cannot be read anew", posix_fadvise(descriptor.rawValue, 0, 0, Self.discard))
      return try read(descriptor, entry, file)
    }
  }

  /// POSIX_FADV_DONTNEED.
  private static let discard: CInt = 4

  private func read(
    _ descriptor: FileDescriptor, _ entry: Entry, _ file: EntryHandle
  ) throws -> VerifiedContent {
    let digest = try RunningDigest()
    let hasHoles = entry.allocated + 4095 < entry.size
    var offset: UInt64 = 0
    while true {
      if hasHoles {
        guard let data = try data(from: offset, descriptor, file) else { break }
        offset = data / UInt64(Self.window) * UInt64(Self.window)
      }
      let count = try fill(from: offset, descriptor, file)
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      if !Self.isZero(bytes) { digest.add(bytes, at: offset) }
      try onRead(count)
      offset += UInt64(count)
      if count < Self.window { break }
    }
    return VerifiedContent(length: hasHoles ? entry.size : offset, digest: digest.end())
  }

  /// The place of the next data, as `lseek(2)` tells it with SEEK_DATA; nil behind the last.
  private func data(
    from offset: UInt64, _ descriptor: FileDescriptor, _ file: EntryHandle
  ) throws(FileError) -> UInt64? {
    let data = lseek(descriptor.rawValue, off_t(offset), 3)
    if data < 0, errno == ENXIO { return nil }
    guard data >= 0 else {
      throw FileError(file.path, "cannot look for data", Errno(rawValue: errno))
    }
    return UInt64(data)
  }

  /// Fills the buffer as far as the file reaches.
  private func fill(
    from offset: UInt64, _ descriptor: FileDescriptor, _ file: EntryHandle
  ) throws(FileError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let got = pread(
        descriptor.rawValue, buffer.baseAddress?.advanced(by: filled), buffer.count - filled,
        off_t(offset) + off_t(filled))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else {
        let place = offset + UInt64(filled)
        throw FileError(file.path, "cannot read at byte \(place)", Errno(rawValue: errno))
      }
      if got == 0 { break }
      filled += got
    }
    return filled
  }

  private func check(_ file: EntryHandle, _ what: String, _ error: CInt) throws(FileError) {
    if error != 0 { throw FileError(file.path, what, Errno(rawValue: error)) }
  }

  /// Compares the bytes with themselves, moved by one.
  private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = bytes.baseAddress, !bytes.isEmpty else { return true }
    return bytes[0] == 0 && memcmp(first, first + 1, bytes.count - 1) == 0
  }
}
