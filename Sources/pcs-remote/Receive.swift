import ArgumentParser
import Glibc
import PCSCore
import PCSTool
import SystemPackage

/// The other half of `send`, on the target.
struct Receive: PlainCommand {
  static let configuration = CommandConfiguration(
    commandName: "receive", abstract: "Write standard input to a file.", shouldDisplay: false)

  @Option var digest: String
  @Option var mode: FileMode
  @Argument var path: FilePath

  func runPlain() async throws {
    let part = path.removingLastComponent()
      .appending(".\(path.lastComponent?.string ?? "").\(SessionID.make())")
    do {
      try await write(part)
      guard part.withPlatformString({ old in path.withPlatformString { rename(old, $0) } }) == 0
      else { throw FileError(path, "cannot replace", Errno(rawValue: errno)) }
      try Durable.syncDirectory(of: path)
    } catch {
      _ = part.withPlatformString { unlink($0) }
      throw error
    }
  }

  private func write(_ part: FilePath) async throws {
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(
        part, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: .ownerReadWrite)
    } catch {
      throw FileError(path, "cannot write", error as? Errno ?? .ioError)
    }
    try descriptor.closeAfter {
      try copy(to: descriptor)
      guard fchmod(descriptor.rawValue, mode.bits) == 0, fsync(descriptor.rawValue) == 0 else {
        throw FileError(path, "cannot write", Errno(rawValue: errno))
      }
    }
    guard try await FileDigest.of(part).digest == digest else {
      throw SyncError("\(path): what arrived is not what was sent", id: "remote.digest")
    }
  }

  private func copy(to descriptor: FileDescriptor) throws {
    while true {
      let chunk = try [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
        count = try FileDescriptor.standardInput.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      if chunk.isEmpty { return }
      try descriptor.writeAll(chunk)
    }
  }
}
