import Dispatch
import Glibc
import Synchronization
import SystemPackage

/// Our own standard input.
package enum StandardInput {
  /// Reads and drops what comes until it ends; throws when the task is cancelled.
  package static func waitForEnd() async throws {
    for try await _ in lines {}
    try Task.checkCancellation()
  }

  /// The lines that come, without their LF, until the input ends or the task is cancelled.
  ///
  /// A thread waits in `read(2)`, because the input may be a file, a terminal or a pipe.
  package static var lines: AsyncThrowingStream<[UInt8], any Error> {
    AsyncThrowingStream { continuation in
      DispatchQueue(label: "standard input").async {
        var splitter = LineSplitter()
        do {
          while true {
            let chunk = try [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
              count = try FileDescriptor.standardInput.read(
                into: UnsafeMutableRawBufferPointer(buffer))
            }
            if chunk.isEmpty { break }
            for line in splitter.append(chunk) { continuation.yield(line) }
          }
          if let rest = splitter.finish() { continuation.yield(rest) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
    }
  }
}
