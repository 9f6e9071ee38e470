import Btrfs
import FileTrees
import SystemPackage

extension FolderPlanning {
  /// Finds which candidates belong together; the target is asked about files that only it has.
  func grouped(
    _ candidates: [FilePath: Candidate], _ filtered: FilteredTree
  ) throws -> (candidates: [FilePath: Candidate], units: FileUnits) {
    var grouping = try UnitGrouping(candidates, here: filtered) { try names(of: $0, filtered) }
    if !grouping.asksNothing {
      try grouping.add(there: unitsThere(grouping.databases, grouping.stores))
    }
    grouping.finish()
    return (grouping.candidates, grouping.units)
  }

  /// Every name of a file of this machine that takes part.
  func names(of inode: UInt64, _ filtered: FilteredTree) throws -> [FilePath] {
    try InodeNames.paths(of: inode, in: here.snapshot.root).compactMap { path in
      guard let place = path.relative(to: here.inside) else { return nil }
      return try filtered.includes(place, false) ? place : nil
    }
  }
}
