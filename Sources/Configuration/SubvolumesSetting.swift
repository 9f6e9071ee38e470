import PCSCore

/// `btrfs_snapshots.subvolumes`, of which a schema says less than people need.
enum SubvolumesSetting {
  static let key = "subvolumes"

  /// The names that are paths: those are found by `auto`.
  static func findings(in section: JSONNode) -> [Finding] {
    (section[key]?.elements ?? []).enumerated().compactMap { index, element in
      guard let name = element.string, name.contains("/") else { return nil }
      return Finding(
        "'\(name)' is a path: a flat name at the top level is needed, or 'subvolumes: auto', which"
          + " finds the subvolumes of the folders, nested ones too",
        at: JSONPointer([key, "\(index)"]), element.position)
    }
  }
}
