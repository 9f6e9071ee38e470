package import PCSCore
package import SystemPackage

/// What the target says of paths while it works on a stage, as lines of a type of their own.
package enum StageAnswer: Sendable, Equatable {
  /// The content of a file is needed though nobody sent it.
  case wanted(FilePath)
  /// Something is in a directory that should go, and the plan does not name it.
  case remaining(FilePath, isDirectory: Bool)
  /// Something that the source has not, and that stays.
  case stays(FilePath)
  /// A path that cannot be as on the source.
  case occupied(FilePath)
  /// A path that is not as on the source when the commit has ended.
  case left(folder: Int, FilePath)

  private static let type: JSON = "user_data_stage"

  package var event: Event {
    switch self {
    case .wanted(let path):
      .other(["type": Self.type, "answer": "wanted"].merging(Self.members(path)) { $1 })
    case .remaining(let path, let isDirectory):
      .other(
        ["type": Self.type, "answer": "remaining", "is_directory": .bool(isDirectory)]
          .merging(Self.members(path)) { $1 })
    case .stays(let path):
      .other(["type": Self.type, "answer": "stays"].merging(Self.members(path)) { $1 })
    case .occupied(let path):
      .other(["type": Self.type, "answer": "occupied"].merging(Self.members(path)) { $1 })
    case .left(let folder, let path):
      .other(
        ["type": Self.type, "answer": "left", "folder": .integer(Int64(folder))]
          .merging(Self.members(path)) { $1 })
    }
  }

  package init?(_ event: Event) {
    guard case .other(let members) = event, members["type"] == Self.type,
      let path = members["path_b64"]?.string.flatMap(FilePath.init(base64:))
    else { return nil }
    switch members["answer"]?.string {
    case "wanted": self = .wanted(path)
    case "remaining":
      self = .remaining(path, isDirectory: members["is_directory"] == true)
    case "stays": self = .stays(path)
    case "occupied": self = .occupied(path)
    case "left":
      guard case .integer(let folder)? = members["folder"] else { return nil }
      self = .left(folder: Int(folder), path)
    default: return nil
    }
  }

  private static func members(_ path: FilePath) -> [String: JSON] {
    ["path_b64": .string(path.base64)]
  }
}
