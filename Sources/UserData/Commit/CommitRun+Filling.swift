import Btrfs
import PCSCore
import SystemPackage

extension CommitRun {
  /// Makes what is new in a new directory, and no directory, before that is put in place under
  /// another name than `name`; returns what was made.
  func fill(_ name: FilePath, _ node: Int) throws -> [FilePath] {
    let path = pathInStage(node)
    guard let directory = try preparation.directory.beneath(name) else { return [] }
    var made: [FilePath] = []
    for name in try newFiles(in: node) {
      try attempt(path.pushing(name)) {
        guard let entry = try stage.entry(at: path.pushing(name)), entry.kind != .directory else {
          return
        }
        _ = try make(path.pushing(name), entry, as: name, in: directory)
        made.append(name)
      }
    }
    return made
  }

  /// Brings one by one what is new in new directories that somebody else has made meanwhile.
  func bringUnfilled() throws {
    for node in plan.newDirectories where !filled.contains(node) {
      for name in try newFiles(in: node) {
        let path = pathInStage(node).pushing(name)
        let place = Place(directory: node, name: name)
        try attempt(path) { try bring(CommitPlan.Name(place: place, path: path)) }
      }
    }
  }

  private func newFiles(in node: Int) throws -> [FilePath] {
    guard let others = plan.newWithin[node] else { return [] }
    return try stage.names(in: pathInStage(node)).filter { !others.contains($0.bytes) }
  }
}
