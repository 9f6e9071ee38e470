import FoundationEssentials
import Glibc
package import SystemPackage

extension WaitingCommits {
  private static let suffix = ".received"

  /// The note of what a session has received so far.
  package func received(by session: String) -> FilePath {
    directory.appending(session + Self.suffix)
  }

  /// The amounts that interrupted syncs have received; notes that cannot be read are left out.
  package func transfers() -> [InterruptedTransfer] {
    let names = (try? DirectoryListing.names(of: directory)) ?? []
    return names.filter { $0.hasSuffix(Self.suffix) && !$0.hasPrefix(".") }.sorted()
      .map { String($0.dropLast(Self.suffix.count)) }
      .filter { SessionID.isValid($0) && !waits($0) }.compactMap(transfer)
  }

  /// The amount that one session has received; nil where it is not known, or older than 14 days.
  package func transfer(_ session: String) -> InterruptedTransfer? {
    guard
      let bytes = try? FileContent.readRegular(received(by: session), followingLinks: false),
      let found = try? JSONDecoder().decode(InterruptedTransfer.self, from: Data(bytes)),
      found.sessionID == session,
      Timestamp.now < found.begun.advanced(by: InterruptedTransfer.lifetime)
    else { return nil }
    return found
  }

  /// Replaces the note of a session; it need not survive a power cut.
  package func write(_ transfer: InterruptedTransfer) throws {
    let path = received(by: transfer.sessionID)
    let part = directory.appending(".\(transfer.sessionID)\(Self.suffix)")
    let text = Array(try JSON.encoder.encode(transfer)) + [UInt8(ascii: "\n")]
    do {
      let file = try FileDescriptor.open(
        part, .writeOnly, options: [.create, .truncate, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite)
      try file.closeAfter { _ = try file.writeAll(text) }
    } catch {
      throw FileError(path, "cannot write", error as? Errno ?? .ioError)
    }
    let result = part.withPlatformString { old in path.withPlatformString { rename(old, $0) } }
    guard result == 0 else { throw FileError(path, "cannot write", Errno(rawValue: errno)) }
  }
}
