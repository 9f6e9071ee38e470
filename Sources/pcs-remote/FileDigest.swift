import ArgumentParser
import Glibc
import PCSCore
import SystemPackage

/// The SHA-256 of a file, from `sha256sum(1)`.
enum FileDigest {
  static func of(_ path: FilePath) async throws -> (digest: String, mode: FileMode) {
    let descriptor = try open(path)
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else {
      throw FileError(path, "cannot look at", Errno(rawValue: errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path, is: "not a regular file")
    }
    return (try await of(descriptor, path), FileMode(bits: status.st_mode & 0o777))
  }

  /// Reads the descriptor to its end and closes it.
  static func of(_ descriptor: FileDescriptor, _ name: FilePath) async throws -> String {
    let (status, output, _) = try await ChildProcess("sha256sum").capture(input: .pipe(descriptor))
    let digest = String(decoding: output.prefix(64), as: UTF8.self)
    guard status == .exited(0), digest.count == 64 else {
      throw FileError(name, "cannot compute its SHA-256", .ioError)
    }
    return digest
  }

  static func open(_ path: FilePath) throws(FileError) -> FileDescriptor {
    do {
      return try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
    } catch {
      throw FileError(path, "cannot read", error as? Errno ?? .ioError)
    }
  }
}

/// Permissions in octal, as for `chmod(1)`.
struct FileMode: ExpressibleByArgument, Sendable {
  let bits: mode_t

  init(bits: mode_t) {
    self.bits = bits
  }

  init?(argument: String) {
    guard let bits = mode_t(argument, radix: 8), bits <= 0o7777 else { return nil }
    self.bits = bits
  }

  var text: String { String(bits, radix: 8) }
}
