import FileTrees
import Glibc
package import SystemPackage

/// Reads one request after another from an open file.
package struct RequestReader {
  private let input: FileDescriptor

  package init(_ input: FileDescriptor) {
    self.input = input
  }

  /// The next one; nil at the end.
  ///
  /// Throws when the task is cancelled while it waits.
  package func next() throws -> TargetRequest? {
    guard let header = try read(TargetRequest.headerLength) else { return nil }
    let length = try TargetRequest.length(header)
    guard let rest = try read(length) else { throw WireError() }
    return try TargetRequest(kind: header[0], rest)
  }

  /// So many bytes; nil when there is none of them.
  private func read(_ count: Int) throws -> [UInt8]? {
    var isAtEnd = false
    let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        try waitForInput()
        let rest = UnsafeMutableRawBufferPointer(buffer.extracting(filled...))
        let got = try input.read(into: rest)
        if got == 0 { break }
        filled += got
      }
      isAtEnd = filled == 0 && count > 0
      guard isAtEnd || filled == count else { throw WireError() }
    }
    return isAtEnd ? nil : bytes
  }

  private func waitForInput() throws {
    var entry = pollfd(fd: input.rawValue, events: Int16(POLLIN), revents: 0)
    repeat { try Task.checkCancellation() } while poll(&entry, 1, 100) == 0
  }
}
