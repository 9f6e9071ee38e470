import FileTrees
import PCSCore
import SystemPackage

extension FolderPlanning {
  /// Finds where large files differ from what the target has, by reading both versions.
  ///
  /// A dry run does not.
  func compareBlocks(
    of plan: inout MirrorPlan, placeThere: (FilePath) -> FilePath = { $0 },
    _ there: (FilePath) -> Entry?
  ) throws {
    if here.snapshot.isLive { return }
    var files = plan.filesToCompare(there).filter { !states.fits($0.path) }[...]
    while !files.isEmpty {
      let batch = Array(files.prefix(Self.batch))
      files = files.dropFirst(Self.batch)
      var ours: [BlockDigests] = []
      let tree = here.snapshot.tree
      let theirs = try blocks(batch.map { (placeThere($0.path), $0.blockSize) }) {
        ours = try batch.map { try BlockDigests(of: $0.path, in: tree, blockSize: $0.blockSize) }
      }
      for (file, (here, there)) in zip(batch, zip(ours, theirs)) {
        plan.compare(file, here: here, there: there)
      }
    }
  }

  /// Files in one question; the digests of each take up to a mebibyte on either side.
  private static let batch = 16
}
