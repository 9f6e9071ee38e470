import FileTrees
import PCSCore
import SystemPackage

extension CommitRun {
  /// Makes what is new in a new directory, and no directory, before that is put in place under
  /// another name than `name`; returns what was made.
  func fill(
    _ name: FilePath, _ node: Int
  ) throws -> (names: [FilePath], record: FilledFiles) {
    let path = pathAfter(node)
    var made: (names: [FilePath], record: FilledFiles) = ([], FilledFiles())
    guard let directory = try preparation.directory.beneath(name) else { return made }
    for name in try newFiles(in: node) {
      try attempt(path.pushing(name)) {
        guard let entry = try desired.entry(at: path.pushing(name)), entry.kind != .directory else {
          return
        }
        let file = try make(path.pushing(name), entry, as: name, in: directory)
        guard let (inode, changed) = try file?.changed() else { return }
        made.names.append(name)
        made.record.add(name.bytes, inode: inode, changed: changed)
      }
    }
    return made
  }

  /// Brings one by one what is new in new directories that did not come with it: somebody else has
  /// made them meanwhile, or an earlier attempt has, and users may have written in them since.
  func bringUnfilled() throws {
    for node in plan.newDirectories
    where ledger.filled[node] == nil && desired.prepared.inode(for: pathAfter(node)) == nil {
      for name in try newFiles(in: node) {
        let path = pathAfter(node).pushing(name)
        let place = Place(directory: node, name: name)
        try attempt(path) { try bring(CommitPlan.Name(place: place, path: path)) }
      }
    }
  }

  private func newFiles(in node: Int) throws -> [FilePath] {
    guard let others = plan.newWithin[node] else { return [] }
    return try desired.names(in: pathAfter(node)).filter { !others.contains($0.bytes) }
  }
}
