import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// A file of the preparation directory while its content comes.
final class IncomingFile {
  let handle: EntryHandle
  /// Its name in the directory of a tree, else its path in the subvolume.
  let path: FilePath
  let entry: Entry
  private var digest: RunningDigest?
  private var end: UInt64 = 0

  init(_ handle: EntryHandle, _ path: FilePath, _ entry: Entry) {
    self.handle = handle
    self.path = path
    self.entry = entry
  }

  /// Writes the next bytes; what is skipped is a hole.
  func write(_ bytes: [UInt8], at offset: UInt64) throws {
    let digest = try digest ?? RunningDigest()
    self.digest = digest
    digest.add(bytes, at: offset)
    try put(bytes, at: offset)
  }

  private func put(_ bytes: [UInt8], at offset: UInt64) throws {
    guard offset >= end, UInt64(bytes.count) <= entry.size,
      offset <= entry.size - UInt64(bytes.count)
    else { throw WireError() }
    end = offset + UInt64(bytes.count)
    do {
      _ = try handle.withContent { try $0.writeAll(toAbsoluteOffset: Int64(offset), bytes) }
    } catch {
      throw FileError(handle.path, "cannot write", error as? Errno ?? .ioError)
    }
  }

  /// Writes the whole content, of which the digest was checked, and ends the file.
  func finish(_ content: [UInt8]) throws {
    if !content.isEmpty { try put(content, at: 0) }
    try finish()
  }

  /// Ends the file, whose content has to come to `expected`.
  func finish(_ expected: ContentDigest) throws {
    let digest = try digest ?? RunningDigest()
    guard digest.end() == expected else { throw PreparationError.altered(handle.path) }
    try finish()
  }

  /// Gives the file its size and attributes.
  private func finish() throws {
    if end < entry.size {
      let result = handle.withContent { ftruncate($0.rawValue, off_t(entry.size)) }
      guard result == 0 else {
        throw FileError(handle.path, "cannot set its size", Errno(rawValue: errno))
      }
    }
    try handle.apply(entry.attributes, of: .file)
    guard try handle.read().isLike(entry) else { throw PreparationError.altered(handle.path) }
  }
}

/// The directory of a tree while its entries come.
struct IncomingDirectory {
  /// The place of its folder.
  let folder: Int
  let path: FilePath
  let outermost: FilePath
  let directory: Directory
  let entry: Entry
  let flags: UInt32
  var files = FilledFiles()
}

/// Something did not arrive as it was sent.
enum PreparationError: ToolError, Equatable {
  case altered(FilePath)

  var id: String { "user_data.altered" }
  var description: String {
    switch self {
    case .altered(let path): "\(path): not as on the source after it was written"
    }
  }
}
