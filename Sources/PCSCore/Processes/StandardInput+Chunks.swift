import SystemPackage

extension StandardInput {
  /// Calls `body` with what comes, as it comes, until the input ends; blocks the thread.
  package static func forEachChunk(_ body: ([UInt8]) throws -> Void) throws {
    while true {
      let chunk: [UInt8]
      do {
        chunk = try [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
          count = try FileDescriptor.standardInput.read(
            into: UnsafeMutableRawBufferPointer(buffer))
        }
      } catch {
        throw FileError("standard input", "cannot read", error as? Errno ?? .ioError)
      }
      if chunk.isEmpty { return }
      try body(chunk)
    }
  }
}
