import ArgumentParser
import Btrfs
import FileTrees
import PCSCore
import PCSTool
import SystemPackage

struct Diff: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "diff", "Show what changed between two snapshots of one subvolume.",
    discussion: """
      Takes as long as there are changes, however large the snapshots are. They are read-only,
      whoever made them.

      Examples:
        pcs-snapshot diff /.snapshots/old /.snapshots/new
        pcs-snapshot diff --format json old new | jq -r 'select(.op == "deleted").path'
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: SnapshotPlace
  @Argument(help: "The older snapshot: its path, or its name in the snapshot directory.")
  var base: FilePath
  @Argument(help: "The newer one.") var new: FilePath

  func run(_ reporter: Reporter) async throws {
    guard Places.isRoot else { throw BtrfsError.needsRoot }
    try reporter.warnOfWaitingCommits()
    let paths = RawArguments.paths([base.string, new.string])
    let diff = try SnapshotDiff(base: await resolved(paths[0]), new: await resolved(paths[1]))
    try diff.eachChange { change in
      try Task.checkCancellation()
      reporter.emit(.change(change))
    }
  }

  /// A bare name like those of ours means one in the snapshot directory, anything else is a path.
  private func resolved(_ path: FilePath) async throws -> FilePath {
    guard !path.isAbsolute, path.components.count == 1, SnapshotName(path.string) != nil else {
      return path
    }
    return try await place.resolved().pushing(path)
  }
}
