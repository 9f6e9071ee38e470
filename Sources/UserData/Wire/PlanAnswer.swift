package import FileTrees
import FoundationEssentials
import PCSCore
package import SystemPackage

/// What the target says of paths while it prepares and commits plans: one line of its answer.
package enum PlanAnswer: Sendable, Equatable {
  /// The content of a file is needed though the plan does not send it: nothing was done.
  case wanted(FilePath)
  /// Something is in a directory that should go, and the plan does not name it.
  case remaining(FilePath, isDirectory: Bool)
  /// Something that the source has not, and that stays.
  case stays(FilePath)
  /// A path that cannot be as on the source.
  case occupied(FilePath)
  /// A path that is not as on the source when the commit has ended.
  case left(folder: Int, FilePath)
  /// The answers after this one are about another folder, by its place.
  case folder(Int)
  /// An interrupted sync whose files can be reused.
  case interrupted(InterruptedSync)

  /// As a line without LF.
  package var line: [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .wanted(let path):
      writer.put(UInt64(0))
      writer.put(path)
    case .remaining(let path, let isDirectory):
      writer.put(UInt64(1))
      writer.put(path)
      writer.put(isDirectory)
    case .stays(let path):
      writer.put(UInt64(2))
      writer.put(path)
    case .occupied(let path):
      writer.put(UInt64(3))
      writer.put(path)
    case .left(let folder, let path):
      writer.put(UInt64(4))
      writer.put(path)
      writer.put(UInt64(folder))
    case .folder(let folder):
      writer.put(UInt64(5))
      writer.put("")
      writer.put(UInt64(folder))
    case .interrupted(let sync):
      writer.put(UInt64(6))
      writer.put("")
      // A struct of numbers and text can always be encoded.
      writer.put((try? JSON.encoder.encode(sync)).map { Array($0) } ?? [])
    }
    return writer.line
  }

  package init(line: [UInt8]) throws(WireError) {
    var reader = try ByteReader(line: line)
    let kind = try reader.byte()
    let path = try reader.path()
    switch kind {
    case 0: self = .wanted(path)
    case 1: self = .remaining(path, isDirectory: try reader.flag())
    case 2: self = .stays(path)
    case 3: self = .occupied(path)
    case 4: self = .left(folder: Int(try reader.number32()), path)
    case 5: self = .folder(Int(try reader.number32()))
    case 6:
      let text = Data(try reader.text())
      guard let sync = try? JSONDecoder().decode(InterruptedSync.self, from: text) else {
        throw WireError()
      }
      self = .interrupted(sync)
    default: throw WireError()
    }
    guard reader.isAtEnd else { throw WireError() }
  }
}
