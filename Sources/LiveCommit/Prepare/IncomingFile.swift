import Btrfs
import CLinux
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

  /// Begins with the content of another file, cut or with a hole at its end.
  func begin(with base: EntryHandle) throws {
    let source = try base.open(O_RDONLY)
    try source.closeAfter {
      try handle.withContent { try EntryCopy.clone(source, $0, handle.path) }
    }
    try setSize()
  }

  /// Begins with the content that it has, cut or with a hole at its end.
  func beginAsItIs() throws { try setSize() }

  /// Ends the file with the content that it has.
  func finishAsItIs() throws { try applyAttributes() }

  /// Writes the next bytes; what is skipped stays as it is: a hole of a file that began empty.
  func write(_ bytes: [UInt8], at offset: UInt64) throws {
    try running().add(bytes, at: offset)
    try put(bytes, at: offset)
  }

  /// Makes what comes next a hole.
  func punch(_ range: Range<UInt64>) throws {
    try running().add(hole: range)
    try advance(to: range.lowerBound, UInt64(range.count))
    let result = handle.withContent {
      pcs_punch_hole($0.rawValue, Int64(range.lowerBound), Int64(range.count))
    }
    guard result == 0 else {
      throw FileError(handle.path, "cannot make a hole", Errno(rawValue: errno))
    }
  }

  private func running() throws -> RunningDigest {
    let digest = try digest ?? RunningDigest()
    self.digest = digest
    return digest
  }

  /// Takes the next bytes for written; they come in order and lie within the file.
  private func advance(to offset: UInt64, _ count: UInt64) throws(WireError) {
    guard offset >= end, count <= entry.size, offset <= entry.size - count else {
      throw WireError()
    }
    end = offset + count
  }

  private func put(_ bytes: [UInt8], at offset: UInt64) throws {
    try advance(to: offset, UInt64(bytes.count))
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
    guard try running().end() == expected else { throw PreparationError.altered(handle.path) }
    try finish()
  }

  /// Gives the file its size and attributes.
  private func finish() throws {
    if end < entry.size { try setSize() }
    try applyAttributes()
  }

  private func applyAttributes() throws {
    try handle.apply(entry.attributes, of: .file)
    guard try handle.read().isLike(entry) else { throw PreparationError.altered(handle.path) }
  }

  private func setSize() throws {
    let result = handle.withContent { ftruncate($0.rawValue, off_t(entry.size)) }
    guard result == 0 else {
      throw FileError(handle.path, "cannot set its size", Errno(rawValue: errno))
    }
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
  case notAsReceived(FilePath)

  var id: String { "user_data.altered" }
  var description: String {
    switch self {
    case .altered(let path): "\(path): not as on the source after it was written"
    case .notAsReceived(let path): "\(path): not as an interrupted sync received it"
    }
  }
  var hint: String? {
    switch self {
    case .altered: nil
    case .notAsReceived: "what was received is removed: the next sync sends everything"
    }
  }
}
