import Dispatch
import Synchronization
package import SystemPackage

/// Writes to an open file, such as a pipe, while nobody waits for it: what is written comes in the
/// order of the calls.
///
/// What cannot be written is dropped: the reader has gone then, and says why.
package final class SerialOutput: Sendable {
  private let descriptor: Mutex<FileDescriptor?>
  private let queue = DispatchQueue(label: "output")

  /// The file is closed by `close()`.
  package init(_ descriptor: FileDescriptor) {
    self.descriptor = Mutex(descriptor)
  }

  package func write(_ bytes: [UInt8], then: @escaping @Sendable () -> Void = {}) {
    queue.async { [self] in
      defer { then() }
      guard let open = descriptor.withLock({ $0 }) else { return }
      _ = try? open.writeAll(bytes)
    }
  }

  /// Closes the file once everything is written.
  package func close() {
    queue.async { [self] in
      descriptor.withLock { open in
        try? open?.close()
        open = nil
      }
    }
  }
}
