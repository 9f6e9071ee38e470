import Glibc
package import SystemPackage

/// Reads whole small files.
package enum FileContent {
  /// The bytes of the file at `path`; more than `limit` of them are refused.
  package static func read(_ path: FilePath, limit: Int = 1 << 20) throws(FileError) -> [UInt8] {
    do {
      let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      return try descriptor.closeAfter { try read(descriptor, path, limit: limit) }
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "cannot read", error as? Errno ?? .ioError)
    }
  }

  /// The bytes of the regular file at `path`; anything else is refused.
  package static func readRegular(
    _ path: FilePath, limit: Int = 1 << 20, followingLinks: Bool = true
  ) throws(FileError) -> [UInt8] {
    let descriptor = try openRegular(path, followingLinks: followingLinks)
    do {
      return try descriptor.closeAfter { try read(descriptor, path, limit: limit) }
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "cannot read", error as? Errno ?? .ioError)
    }
  }

  /// Opens the regular file at `path` for reading; anything else (a FIFO, a device, a directory) is
  /// refused at once and never waited for.
  package static func openRegular(
    _ path: FilePath, followingLinks: Bool = true
  ) throws(FileError) -> FileDescriptor {
    do {
      var options: FileDescriptor.OpenOptions = [.closeOnExec, .nonBlocking]
      if !followingLinks { options.insert(.noFollow) }
      let descriptor = try FileDescriptor.open(path, .readOnly, options: options)
      var status = stat()
      guard fstat(descriptor.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        try? descriptor.close()
        throw FileError(path, is: "not a regular file")
      }
      return descriptor
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "cannot read", error as? Errno ?? .ioError)
    }
  }

  /// What is left to read of an open file or pipe.
  package static func read(
    _ descriptor: FileDescriptor, _ name: FilePath, limit: Int = 1 << 20
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let chunk = try [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
        count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      if chunk.isEmpty { return bytes }
      bytes += chunk
      if bytes.count > limit {
        throw FileError(name, is: "larger than \(limit) bytes", .fileTooLarge)
      }
    }
  }
}

/// A file that could not be read, written or made.
package struct FileError: ToolError, Equatable {
  package let path: FilePath
  package let what: String
  package let errno: Errno
  /// Whether `what` says it all: no call of the system failed.
  private let isOurs: Bool

  package init(_ path: FilePath, _ what: String, _ errno: Errno) {
    self.path = path
    self.what = what
    self.errno = errno
    isOurs = false
  }

  /// A file that is not what it should be.
  package init(_ path: FilePath, is what: String, _ errno: Errno = .invalidArgument) {
    self.path = path
    self.what = what
    self.errno = errno
    isOurs = true
  }

  package var id: String { isAboutRoom ? "disk.space" : "file.failed" }
  package var description: String { "\(path): \(cause)" }
  /// The description without the path.
  package var cause: String { what + (isOurs ? "" : ": \(errno)") }
  /// Whether there was no room for it on the disk, or no quota.
  package var isAboutRoom: Bool { errno == .noSpace || errno == Errno(rawValue: EDQUOT) }
  package var exitStatus: ExitStatus {
    if isAboutRoom { return .noSpace }
    return errno == .permissionDenied || errno == .notPermitted ? .noPermission : .inputOutput
  }
}
