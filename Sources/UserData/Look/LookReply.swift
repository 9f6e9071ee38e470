package import FileTrees
import FoundationEssentials
import PCSCore
package import SystemPackage

/// One line of the target's answer to a `LookRequest` or a `ProbeRequest`.
package enum LookReply: Sendable, Equatable {
  case survey(MachineSurvey)
  /// What follows is about this folder; `reason` says why its changes cannot be told, `preSync` is
  /// the path of its subvolume's snapshot; without `hasHistory` no session synced it before.
  case folder(index: Int, reason: String?, hasHistory: Bool, preSync: FilePath)
  /// What follows is about this folder again.
  case more(index: Int)
  /// A path changed; `isStructural` when something came, went or became another thing, `isOwn` when
  /// a sync did it that was ended before its time.
  case changed(FilePath, Entry?, isStructural: Bool, isOwn: Bool = false)
  /// What is listed next lies below this directory.
  case listing(FilePath)
  /// Something lies below it, relative to it.
  case listed(FilePath, isDirectory: Bool)
  /// What is at a path that was asked for, or of which nothing but times changed.
  case sought(FilePath, Entry?)
  /// Something is at a path of which only that is to be known.
  case probed(FilePath, isDirectory: Bool)

  /// As a line without LF.
  package var line: [UInt8] {
    get throws {
      var writer = ByteWriter()
      switch self {
      case .survey(let survey):
        writer.put(UInt64(0))
        writer.put(Array(try JSONEncoder().encode(survey)))
      case .folder(let index, let reason, let hasHistory, let preSync):
        writer.put(UInt64(1))
        writer.put(UInt64(index))
        writer.put(hasHistory)
        writer.put(reason != nil)
        writer.put(Array((reason ?? "").utf8))
        writer.put(preSync)
      case .changed(let path, let entry, let isStructural, let isOwn):
        writer.put(UInt64(2))
        writer.put(isStructural)
        writer.put(isOwn)
        writer.put(path, entry)
      case .listed(let path, let isDirectory):
        writer.put(UInt64(3))
        writer.put(isDirectory)
        writer.put(path)
      case .sought(let path, let entry):
        writer.put(UInt64(4))
        writer.put(path, entry)
      case .listing(let path):
        writer.put(UInt64(5))
        writer.put(path)
      case .probed(let path, let isDirectory):
        writer.put(UInt64(6))
        writer.put(isDirectory)
        writer.put(path)
      case .more(let index):
        writer.put(UInt64(7))
        writer.put(UInt64(index))
      }
      return writer.line
    }
  }

  package init(line: [UInt8]) throws {
    var reader = try ByteReader(line: line)
    switch try reader.byte() {
    case 0:
      let text = try reader.text()
      self = .survey(try JSONDecoder().decode(MachineSurvey.self, from: Data(text)))
    case 1:
      let index = Int(try reader.number32())
      let hasHistory = try reader.flag()
      let hasReason = try reader.flag()
      let reason = String(decoding: try reader.text(), as: UTF8.self)
      let preSync = FilePath(bytes: try reader.text())
      self = .folder(
        index: index, reason: hasReason ? reason : nil, hasHistory: hasHistory, preSync: preSync)
    case 2:
      let isStructural = try reader.flag()
      let isOwn = try reader.flag()
      self = .changed(
        try reader.path(), try reader.entryIfAny(), isStructural: isStructural, isOwn: isOwn)
    case 3:
      let isDirectory = try reader.flag()
      self = .listed(try reader.path(), isDirectory: isDirectory)
    case 4: self = .sought(try reader.path(), try reader.entryIfAny())
    case 5: self = .listing(try reader.path())
    case 6:
      let isDirectory = try reader.flag()
      self = .probed(try reader.path(), isDirectory: isDirectory)
    case 7: self = .more(index: Int(try reader.number32()))
    default: throw WireError()
    }
    guard reader.isAtEnd else { throw WireError() }
  }
}

extension ByteWriter {
  fileprivate mutating func put(_ path: FilePath, _ entry: Entry?) {
    put(path)
    put(entry != nil)
    if let entry { put(entry) }
  }
}

extension ByteReader {
  fileprivate mutating func entryIfAny() throws(WireError) -> Entry? {
    try flag() ? try entry() : nil
  }
}
