import CBtrfs
import Dispatch
import FileTrees
import Glibc
import PCSCore
import Synchronization
import SystemPackage

/// The kernel at work on a send stream without data, `BTRFS_IOC_SEND`, and the pipe it writes to.
///
/// The call lasts as long as the stream, so a thread of its own makes it. Closing the reading end
/// ends it.
final class SendRun: Sendable {
  private let pipe: Pipe
  private let outcome = Mutex<Errno?>(nil)
  private let finished = DispatchSemaphore(value: 0)

  /// Starts to send what `snapshot` has other than the subvolume `base`, which it is held open by.
  init(of snapshot: ComparedSnapshot, since base: ComparedSnapshot) throws {
    pipe = try Pipe()
    let pipe = pipe
    DispatchQueue.global().async { [self] in
      let error = Self.send(snapshot, base, pipe.writing)
      try? pipe.writing.close()
      outcome.withLock { $0 = error }
      finished.signal()
    }
  }

  /// Hands on the stream in pieces, until it ends.
  func read(_ body: ([UInt8]) throws -> Void) throws {
    defer { try? pipe.reading.close() }
    while true {
      try waitForInput()
      let chunk = try [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
        count = try pipe.reading.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      if chunk.isEmpty { return }
      try body(chunk)
    }
  }

  /// What the kernel ended with, once the stream has ended; nil when all went well.
  func error() -> Errno? {
    finished.wait()
    defer { finished.signal() }
    return outcome.withLock { $0 }
  }

  /// The kernel may compare for long without a word; a task that is cancelled does not wait for it.
  private func waitForInput() throws {
    var entry = pollfd(fd: pipe.reading.rawValue, events: Int16(POLLIN), revents: 0)
    repeat { try Task.checkCancellation() } while poll(&entry, 1, 100) == 0
  }

  private static func send(
    _ snapshot: ComparedSnapshot, _ base: ComparedSnapshot, _ output: FileDescriptor
  ) -> Errno? {
    // A reader that leaves is an error here, not a signal.
    var mask = sigset_t()
    var old = sigset_t()
    sigemptyset(&mask)
    sigaddset(&mask, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &mask, &old)
    defer {
      // One that came is waiting still, and would come with the old mask.
      var now = timespec()
      sigtimedwait(&mask, nil, &now)
      pthread_sigmask(SIG_SETMASK, &old, nil)
    }
    let version2 = UInt64(BTRFS_SEND_FLAG_VERSION)
    var error = call(snapshot, base, output, flags: version2, version: 2)
    // Linux before 6.0 knows version 1 alone, which tells no flags of files.
    if error == .invalidArgument || error == .notSupported || error?.rawValue == EPROTO {
      error = call(snapshot, base, output, flags: 0, version: 0)
    }
    return error
  }

  private static func call(
    _ snapshot: ComparedSnapshot, _ base: ComparedSnapshot, _ output: FileDescriptor,
    flags: UInt64, version: UInt32
  ) -> Errno? {
    var sources = [base.subvolume.id]
    return sources.withUnsafeMutableBufferPointer { sources in
      var arguments = btrfs_ioctl_send_args()
      arguments.send_fd = Int64(output.rawValue)
      arguments.clone_sources_count = UInt64(sources.count)
      arguments.clone_sources = sources.baseAddress
      arguments.parent_root = base.subvolume.id
      arguments.flags = UInt64(BTRFS_SEND_FLAG_NO_FILE_DATA) | flags
      arguments.version = version
      let result = pcs_btrfs_send(snapshot.root.descriptor.rawValue, &arguments)
      return result == 0 ? nil : Errno(rawValue: errno)
    }
  }
}
