import Glibc
import Synchronization
package import SystemPackage

/// Writes events as JSON lines; a line is one `write`, so lines of several tasks never mix.
package final class EventWriter: Sendable {
  private let descriptor: FileDescriptor
  private let lock = Mutex(())

  package init(to descriptor: FileDescriptor = .standardOutput) {
    self.descriptor = descriptor
  }

  package func write(_ event: Event) throws {
    try write(line: try event.line)
  }

  /// Writes a line that is complete already, with its LF.
  package func write(line: [UInt8]) throws(OutputError) {
    do {
      try lock.withLock { _ in _ = try descriptor.writeAll(line) }
    } catch {
      throw OutputError(errno: error as? Errno ?? .ioError)
    }
  }
}

/// Standard output could not be written.
package struct OutputError: ToolError, Equatable {
  package let errno: Errno

  package init(errno: Errno) {
    self.errno = errno
  }

  package var id: String { "output.failed" }
  package var description: String { "standard output: \(errno)" }
  package var exitStatus: ExitStatus { .inputOutput }

  /// Makes a write to a closed pipe an error instead of a signal.
  ///
  /// A handler that does nothing, rather than SIG_IGN, because `exec` resets it: the programs we
  /// start still die of SIGPIPE as they expect.
  package static func insteadOfSignal() {
    signal(SIGPIPE) { _ in }
  }
}
