package import PCSCore
package import SystemPackage

/// The section `user_data` of the configuration.
package struct UserDataSettings: Sendable, Equatable {
  /// Absolute paths.
  package var folders: [FilePath]
  package var exclude: [String]
  package var filterFile: FilePath?
  package var maximumDeleted: DeletionLimit
  package var conflicts: ConflictRules
  /// Bytes a second.
  package var bandwidthLimit: UInt64?
  /// Whether batches of frames are compressed where the link is slow.
  package var compresses: Bool
  /// Whether everything is compared once more after a commit, and not just what it touched.
  package var verifiesAll: Bool

  /// Reads a section that its schema has accepted; `preference` takes the place of the last rule
  /// for conflicts, `maximumDeleted` that of `max_delete`.
  package init(
    _ section: JSON, preference: Preference? = nil, maximumDeleted: String? = nil
  ) throws(UserDataSettingsError) {
    folders = (section["folders"]?.array ?? []).compactMap { $0["path"]?.string }.map {
      FilePath($0)
    }
    exclude = (section["exclude"]?.array ?? []).compactMap(\.string)
    filterFile = section["filter_file"]?.string.map { FilePath($0) }
    let limit = maximumDeleted ?? section["max_delete"]?.string ?? "50%"
    guard let percent = limit.hasSuffix("%") ? Int(limit.dropLast()) : nil,
      (0...100).contains(percent)
    else { throw .maximumDeleted(limit) }
    self.maximumDeleted = DeletionLimit(percent: percent)
    compresses = section["compress"]?.string != "never"
    verifiesAll = section["verify"]?.string == "full"
    conflicts = ConflictRules(section["on_conflict"]?.array ?? [], preference: preference)
    if let text = section["bandwidth_limit"]?.string {
      guard case .bytes(let bytes)? = Size(text) else { throw .bandwidth(text) }
      bandwidthLimit = bytes
    }
    if folders.isEmpty { folders = ["/home"] }
  }

  /// Only what is honoured: an option that does nothing is refused.
  package static let schema: JSON = [
    "type": "object", "additionalProperties": false,
    "properties": [
      "folders": [
        "description": "The folders to make equal on the target.",
        "type": "array", "minItems": 1, "uniqueItems": true,
        "default": [["path": "/home"]],
        "items": [
          "type": "object", "additionalProperties": false, "required": ["path"],
          "properties": [
            "path": [
              "description": "The folder's absolute path, the same on both machines.",
              "type": "string", "pattern": "^/", "x-folders": true,
            ]
          ],
        ],
      ],
      "exclude": [
        "description":
          "Patterns of rsync(1), or its rules: excluded is neither copied nor deleted, '+' keeps.",
        "type": "array", "items": ["type": "string", "minLength": 1], "default": [],
      ],
      "filter_file": [
        "description":
          "A file of rules '- PATTERN', '+ PATTERN' and 'merge FILE', after those of exclude.",
        "type": "string", "pattern": "^/",
      ],
      "max_delete": [
        "description":
          "The share of a folder's entries that one sync may delete, when it is more than 100.",
        "type": "string", "pattern": "^([0-9]|[1-9][0-9]|100)%$", "default": "50%",
      ],
      "on_conflict": [
        "description":
          "Which version counts of what changed on both machines; the first rule that fits decides.",
        "type": "array", "default": [["path": "**", "use": "stop"]],
        "items": [
          "type": "object", "additionalProperties": false, "required": ["path", "use"],
          "properties": [
            "path": [
              "description": "A pattern as in exclude.", "type": "string", "minLength": 1,
            ],
            "use": [
              "description":
                "The version that counts: of the source, the target, the newer one; or stop.",
              "enum": ["source", "target", "newer", "stop"],
            ],
          ],
        ],
      ],
      "verify": [
        "description":
          "What is compared with the source after a sync: what it touched, or the full folders.",
        "enum": ["touched", "full"], "default": "touched",
      ],
      "compress": [
        "description":
          "What is sent is compressed by zstd where the link is slower than the disks, or never.",
        "enum": ["auto", "never"], "default": "auto",
      ],
      "bandwidth_limit": [
        "description": "The most that is sent in a second, such as 5MiB.",
        "type": "string", "pattern": "^[0-9.]+ ?([kKMGT]i?B|[KMGT]|B)$",
      ],
    ],
  ]
}

/// A value of the section that says nothing we understand.
package enum UserDataSettingsError: ToolError, Equatable {
  case maximumDeleted(String)
  case bandwidth(String)

  package var id: String { "user_data.settings" }
  package var description: String {
    switch self {
    case .maximumDeleted(let text): "max_delete: \(text): not a percentage from 0% to 100%"
    case .bandwidth(let text): "bandwidth_limit: \(text): not a size such as 5MiB"
    }
  }
  package var exitStatus: ExitStatus { .configuration }
}
