import ArgumentParser
import Btrfs
import PCSCore
import PCSTool

struct List: StreamCommand {
  static let configuration = CommandConfiguration.verb("list", "List the snapshots of syncs.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: SnapshotPlace
  @Flag(help: "List those elsewhere on the file system too, and what rollbacks put aside.")
  var all = false

  func run(_ reporter: Reporter) async throws {
    let places = try await place.all(reporter)
    try reporter.warnOfWaitingCommits()
    for waiting in try WaitingRollbacks.list(places) {
      reporter.log(.warning, waiting.description, ["waits": "rollback"])
    }
    if all {
      for name in try places.flatMap({ try SnapshotList.rolledBack(near: $0) }) {
        reporter.log(.info, "Put aside by a rollback: \(name)", ["name": .string(name)])
      }
    }
    let snapshots =
      try all
      ? places.flatMap { try SnapshotList.everywhere(near: $0) } : SnapshotList.read(places)
    for snapshot in snapshots
    where common.session == nil || snapshot.sessionID == common.session {
      reporter.emit(.snapshot(snapshot))
    }
  }
}

struct Show: StreamCommand {
  static let configuration = CommandConfiguration.verb("show", "Show one snapshot.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: SnapshotPlace
  @Argument(help: "The snapshot's name, or its path.") var snapshot: String

  func run(_ reporter: Reporter) async throws {
    let places = try await place.all(reporter)
    try reporter.warnOfWaitingCommits()
    let found = try SnapshotList.find(snapshot, in: places)
    reporter.emit(.snapshot(found))
  }
}
