package import PCSCore
package import SystemPackage

/// Why snapshots cannot be made, found, deleted or rolled back.
package enum SnapshotError: ToolError, Equatable {
  case notFlat(String)
  case noSuchSubvolume(String, near: FilePath)
  case plainDirectory(String)
  case notSubvolume(FilePath)
  case inside(FilePath, String)
  case foreign(FilePath)
  case swapFile(FilePath, String)
  case busy(String)
  case exists(FilePath)
  case unverified(FilePath, String)
  case missing(String)
  case mounted(FilePath, FilePath)
  case holdsNested(FilePath, FilePath)
  case ambiguous(String, [String])
  case sameName(String, [String])
  case unnamed(FilePath)
  case noPlace(String)
  case several([any ToolError])

  package static func == (left: SnapshotError, right: SnapshotError) -> Bool {
    left.description == right.description
  }

  package var id: String {
    switch self {
    case .notFlat: "snapshot.name"
    case .ambiguous, .sameName: "snapshot.ambiguous"
    case .unnamed: "snapshot.unnamed"
    case .noPlace: "snapshot.no_place"
    case .noSuchSubvolume: "snapshot.no_subvolume"
    case .plainDirectory, .notSubvolume: "snapshot.plain_directory"
    case .inside: "snapshot.recursion"
    case .foreign: "snapshot.foreign"
    case .swapFile, .busy: "snapshot.swap_file"
    case .exists: "snapshot.exists"
    case .unverified: "snapshot.unverified"
    case .missing: "snapshot.missing"
    case .mounted: "snapshot.mounted"
    case .holdsNested: "snapshot.holds_nested"
    case .several(let errors): errors.first?.id ?? "snapshot.failed"
    }
  }

  package var description: String {
    switch self {
    case .notFlat(let name):
      "\(name): not the name of a subvolume at the top level: a flat name such as @home is needed"
    case .noSuchSubvolume(let name, let place):
      "\(name): no such subvolume at the top level of the file system of \(place)"
    case .plainDirectory(let name): "\(name): a plain directory, not a btrfs subvolume"
    case .notSubvolume(let path):
      "\(path): a plain directory: the snapshot directory must be a btrfs subvolume"
    case .inside(let path, let name):
      "\(path): inside the subvolume \(name), of which it is to hold snapshots (recursion)"
    case .foreign(let path): "\(path): the snapshot directory belongs to somebody other than root"
    case .swapFile(let path, let name):
      "\(name): holds the active swap file \(path), and btrfs makes no snapshot of it"
    case .busy(let name):
      "\(name): holds an active swap file, and btrfs makes no snapshot of it"
    case .exists(let path): "\(path): exists already, made for this session in this second"
    case .unverified(let path, let what): "\(path): not the snapshot it should be: \(what)"
    case .missing(let name): "\(name): no such snapshot"
    case .mounted(let path, let place): "\(path): still mounted at \(place)"
    case .holdsNested(let path, let nested): "\(path): holds the nested subvolume \(nested)"
    case .ambiguous(let name, let places):
      "\(name): fits more than one subvolume: \(places.joined(separator: ", "))"
    case .sameName(let name, let places):
      "\(name): the name of more than one subvolume: \(places.joined(separator: ", "))"
    case .unnamed(let folder):
      "\(folder): lies at the top level of its file system, or in a subvolume whose name is not"
        + " UTF-8, of which no snapshot can be named"
    case .noPlace(let name):
      "\(name): not mounted, and not on the file system of the snapshot directory"
    case .several(let errors): errors.map(\.description).joined(separator: "; ")
    }
  }

  package var hint: String? {
    switch self {
    case .notFlat, .noSuchSubvolume: "'btrfs subvolume list /' shows the names"
    case .ambiguous: "mount the one that is meant"
    case .sameName: "rename one of them"
    case .unnamed: "move what is there into a subvolume, and mount that"
    case .noPlace: "mount it"
    case .inside:
      "choose a directory with --snapshot-dir, or snapshot_dir in the configuration"
    case .notSubvolume(let path): "move it away and make it with: btrfs subvolume create \(path)"
    case .swapFile(let path, _):
      "turn it off with 'swapoff \(path)', or move it to a subvolume of its own"
    case .busy: "'swapon --show' names it; turn it off, or move it to a subvolume of its own"
    case .exists: "try again in a second"
    case .missing: "'pcs-snapshot list' shows those there are"
    case .holdsNested: "move it where it belongs, or delete it with: btrfs subvolume delete"
    case .several(let errors): errors.lazy.compactMap(\.hint).first
    default: nil
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .notFlat: .usage
    case .foreign: .noPermission
    case .several(let errors): errors.first?.exitStatus ?? .failure
    default: .failure
    }
  }
}
