import CXXHash
import Glibc
import PCSCore
import SystemPackage

/// What a file's content comes to, for telling two apart: the 128-bit XXH3 of `xxhash(3)`.
///
/// Good against accidents; who makes two files collide on purpose harms only themselves.
package struct ContentDigest: Sendable, Equatable {
  package static let length = 16
  package let bytes: [UInt8]

  package init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.length else { return nil }
    self.bytes = bytes
  }

  /// Takes bytes of the right number.
  init(unchecked bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The digest of bytes in memory.
  package init(of content: [UInt8]) {
    var digest = [UInt8](repeating: 0, count: Self.length)
    pcs_xxh3(content, content.count, &digest)
    bytes = digest
  }

  /// As digits of base 16.
  package var hexadecimal: String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Reads a file to its end.
  package init(of file: EntryHandle) throws {
    let descriptor = try file.open(O_RDONLY)
    defer { try? descriptor.close() }
    guard let state = pcs_xxh3_begin() else { throw Errno.noMemory }
    let result = Result { () throws(FileError) in try Self.feed(state, descriptor, file.path) }
    var digest = [UInt8](repeating: 0, count: Self.length)
    pcs_xxh3_end(state, &digest)
    try result.get()
    bytes = digest
  }

  private static func feed(
    _ state: UnsafeMutableRawPointer, _ descriptor: FileDescriptor, _ path: FilePath
  ) throws(FileError) {
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { chunk.deallocate() }
    do {
      while true {
        let count = try descriptor.read(into: chunk)
        if count == 0 { return }
        pcs_xxh3_update(state, chunk.baseAddress, count)
      }
    } catch {
      throw FileError(path, "cannot read", error as? Errno ?? .ioError)
    }
  }
}
