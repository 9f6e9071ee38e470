import Glibc
import PCSCore
package import SystemPackage

/// Reads a log, also while it is being written.
package struct LogReader: ~Copyable {
  private let descriptor: FileDescriptor
  private let path: FilePath
  private let isFollowing: Bool

  /// Takes the descriptor over.
  package init(_ descriptor: FileDescriptor, at path: FilePath, isFollowing: Bool) {
    self.descriptor = descriptor
    self.path = path
    self.isFollowing = isFollowing
  }

  deinit {
    try? descriptor.close()
  }

  /// Calls `body` with each line.
  ///
  /// When following, waits for more until the sync's `result` came.
  package borrowing func forEachLine(_ body: (LoggedLine) throws -> Void) throws {
    var splitter = LineSplitter()
    let watch = isFollowing ? try FileWatch(path) : nil
    var hasEnded = false
    while true {
      let chunk = try nextChunk()
      for bytes in splitter.append(chunk) {
        let line = LoggedLine(bytes)
        try body(line)
        hasEnded = hasEnded || line.endsSync
      }
      guard chunk.isEmpty else { continue }
      guard let watch, !hasEnded else { break }
      try watch.waitForChange()
    }
    if let rest = splitter.finish() { try body(LoggedLine(rest)) }
  }

  private borrowing func nextChunk() throws(FileError) -> [UInt8] {
    do {
      return try [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
        count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch {
      throw FileError(path, "cannot read", error as? Errno ?? .ioError)
    }
  }
}

/// Waits for changes of a file, with `inotify(7)`.
final class FileWatch {
  private let descriptor: FileDescriptor
  private let path: FilePath

  init(_ path: FilePath) throws(FileError) {
    self.path = path
    let raw = inotify_init1(Int32(IN_CLOEXEC))
    guard raw >= 0 else { throw FileError(path, "cannot watch", Errno(rawValue: errno)) }
    descriptor = FileDescriptor(rawValue: raw)
    let isWatching = path.withPlatformString { inotify_add_watch(raw, $0, UInt32(IN_MODIFY)) } >= 0
    guard isWatching else { throw FileError(path, "cannot watch", Errno(rawValue: errno)) }
  }

  deinit {
    try? descriptor.close()
  }

  /// Returns when the file was written since the last call, or the watch began.
  func waitForChange() throws(FileError) {
    do {
      _ = try [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch {
      throw FileError(path, "cannot watch", error as? Errno ?? .ioError)
    }
  }
}
