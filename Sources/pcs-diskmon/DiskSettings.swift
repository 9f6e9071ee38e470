import PCSCore
import SystemPackage

/// The section `disk` of the configuration.
struct DiskSettings: Sendable, Equatable {
  var minimumFree = Watermarks.Limit.minimumFree
  var reserve = Watermarks.Limit.reserve
  var warning = Watermarks.Limit.warning
  var interval = Duration.seconds(30)
  /// Empty for the usual ones.
  var paths: [FilePath] = []

  init(_ section: JSON) throws {
    if let limit = try Self.limit("min_free", section) { minimumFree = limit }
    if let limit = try Self.limit("reserve_minimum", section) { reserve = limit }
    if let limit = try Self.limit("warning_threshold", section) { warning = limit }
    switch section["check_interval"] {
    case nil, .null: break
    case .integer(let seconds) where seconds > 0: interval = .seconds(seconds)
    case .string(let text):
      guard let duration = DurationText.parse(text), duration > .zero else { fallthrough }
      interval = duration
    default: throw Self.invalid("check_interval", "seconds above 0, or a duration such as 30s")
    }
    paths = (section["paths"]?.array ?? []).compactMap(\.string).map { FilePath($0) }
  }

  /// What must be free before a sync.
  var before: Watermarks { Watermarks(minimum: minimumFree) }

  /// What must stay free during it.
  var during: Watermarks { Watermarks(minimum: reserve, warning: warning) }

  /// The configured paths, else the usual ones and the disks of `folders`.
  func watchedPaths(folders: [String] = []) throws -> [FilePath] {
    paths.isEmpty ? try WatchedPaths.usual(besides: folders.map { FilePath($0) }) : paths
  }

  /// Bytes as an integer, a share as a fraction, either as text with a unit; nil when absent.
  static func limit(_ key: String, _ section: JSON) throws -> Watermarks.Limit? {
    switch section[key] {
    case nil, .null: return nil
    case .integer(let bytes) where bytes > 0: return .size(.bytes(UInt64(bytes)))
    case .number(let share) where share > 0 && share < 1: return .size(.fraction(share))
    case .string(let text):
      guard let size = Size(text) else { fallthrough }
      return .size(size)
    default:
      throw invalid(
        key, "bytes above 0, a fraction between 0 and 1, or a size such as 20% or 50GiB")
    }
  }

  private static func invalid(_ key: String, _ what: String) -> SyncError {
    SyncError("disk.\(key): must be \(what)", id: "disk.config", exitStatus: .usage)
  }

  static let schema: JSON = [
    "type": "object", "additionalProperties": false,
    "properties": [
      "min_free": size(
        "What must be free before a sync; 20% or 20GiB, whichever is less, when absent."),
      "reserve_minimum": size(
        "What must stay free during a sync; 15% or 15GiB, whichever is less, when absent."),
      "warning_threshold": size(
        "Below what to warn during a sync; 25% or 25GiB, whichever is less, when absent."),
      "check_interval": [
        "description": "How often to look, in seconds or with a unit.", "default": 30,
        "anyOf": [
          ["type": "integer", "minimum": 1],
          ["type": "string", "pattern": #"^0*[1-9][0-9]*(\.[0-9]+)?(ms|s|m|h|d|w)$"#],
        ],
      ],
      "paths": [
        "description": "Paths on the file systems to watch; / and /home when absent.",
        "type": "array", "minItems": 1, "items": ["type": "string", "pattern": "^/"],
        "examples": [["/", "/home"]],
      ],
    ],
  ]

  private static func size(_ description: String) -> JSON {
    [
      "description": .string(description), "examples": ["20%", "50GiB"],
      "anyOf": [
        ["type": "integer", "minimum": 1],
        ["type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1],
        ["type": "string", "pattern": #"^[0-9]+(\.[0-9]+)? ?(%|[kKMGT]?B|[KMGT]iB|[KMGT])$"#],
      ],
    ]
  }
}
