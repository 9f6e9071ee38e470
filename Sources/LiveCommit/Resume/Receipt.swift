import FileTrees
import FoundationEssentials
import Glibc
package import PCSCore
package import SystemPackage

/// The file in a preparation directory that says which sync received the files there, and from which
/// snapshots.
package struct Receipt: Codable, Sendable, Equatable {
  /// A folder of which files are received.
  package struct Folder: Codable, Sendable, Equatable {
    private var bytes: Data
    /// The snapshot that the source reads; nil where that is not known.
    package var snapshot: SnapshotIdentity?

    /// The folder's path in the subvolume.
    package var place: FilePath { FilePath(bytes: bytes) }

    package init(_ place: FilePath, snapshot: SnapshotIdentity?) {
      bytes = Data(place.bytes)
      self.snapshot = snapshot
    }
  }

  private var version = Self.known
  package let source: SessionRecord.Party
  package let session: String
  package let folders: [Folder]
  /// The UUID of the live subvolume.
  package let subvolume: String
  /// The `MountIdentity` of its file system.
  package let mount: String
  package let begun: Timestamp
  private let directoryBytes: [Data]

  /// The paths, in the subvolume, of the new directories that lie at the top of the preparation
  /// directory.
  package var directories: [FilePath] { directoryBytes.map { FilePath(bytes: $0) } }

  package init(
    source: SessionRecord.Party, session: String, folders: [Folder], subvolume: String,
    mount: String, begun: Timestamp = .now, directories: [FilePath]
  ) {
    self.source = source
    self.session = session
    self.folders = folders
    self.subvolume = subvolume
    self.mount = mount
    self.begun = begun
    directoryBytes = directories.map { Data($0.bytes) }
  }

  private static let known = 1

  /// Returns why a sync of `subvolume` cannot reuse the files; nil when it can.
  package func fault(subvolume: String, now: Timestamp = .now) -> String? {
    if version != Self.known { return "another version of pc-switcher received it" }
    if self.subvolume != subvolume { return "it is of another subvolume" }
    let limit = InterruptedTransfer.lifetime
    if begun.advanced(by: limit) < now { return "it is older than 14 days" }
    if now.advanced(by: limit) < begun { return "its date is in the future" }
    return nil
  }
}

extension Receipt {
  /// Its name in the preparation directory.
  static let name: FilePath = "receipt"
  private static let unfinished: FilePath = "receipt-new"

  /// Returns true for the name of a receipt, and of one that is being written.
  static func isName(_ name: FilePath) -> Bool { name == Self.name || name == unfinished }

  private static let mostBytes: UInt64 = 64 << 20

  /// Writes it to a preparation directory, whole or not at all, and to the disk.
  func write(to directory: Directory) throws {
    let (fd, part) = (directory.descriptor.rawValue, Self.unfinished)
    _ = part.withPlatformString { unlinkat(fd, $0, 0) }
    let path = directory.path.pushing(Self.name)
    let bytes = Array(try JSON.encoder.encode(self))
    let file = try EntryHandle(making: part, in: directory, permissions: 0o600, as: path)
    try file.withContent { content in
      do { _ = try content.writeAll(bytes) } catch {
        throw FileError(path, "cannot write", error as? Errno ?? .ioError)
      }
      guard fdatasync(content.rawValue) == 0 else {
        throw FileError(path, "cannot sync", Errno(rawValue: errno))
      }
    }
    let result = part.withPlatformString { old in
      Self.name.withPlatformString { renameat(fd, old, fd, $0) }
    }
    guard result == 0, fsync(fd) == 0 else {
      throw FileError(path, "cannot write", Errno(rawValue: errno))
    }
  }

  /// Reads the receipt of a preparation directory; nil when there is none.
  ///
  /// Throws `WireError` when it is damaged.
  init?(in directory: Directory) throws {
    guard let found = try EntryHandle(Self.name, in: directory) else { return nil }
    let entry = try found.read()
    guard entry.kind == .file, entry.size <= Self.mostBytes else { throw WireError() }
    let file = try EntryHandle(reading: Self.name, in: directory)
    let bytes = try file.withContent {
      try FileContent.read($0, file.path, limit: Int(Self.mostBytes))
    }
    do { self = try JSONDecoder().decode(Receipt.self, from: Data(bytes)) } catch {
      throw WireError()
    }
    guard SessionID.isValid(session), directories.allSatisfy(Self.isInside),
      folders.allSatisfy({ Self.isInside($0.place) })
    else { throw WireError() }
  }

  /// Whether a path stays within the subvolume.
  private static func isInside(_ path: FilePath) -> Bool {
    path.isRelative && path.components.allSatisfy { $0.kind == .regular }
  }
}
