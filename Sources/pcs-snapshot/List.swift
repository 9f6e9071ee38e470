import ArgumentParser
import Btrfs
import PCSCore
import PCSTool

struct List: StreamCommand {
  static let configuration = CommandConfiguration.verb("list", "List the snapshots of syncs.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: SnapshotPlace

  func run(_ reporter: Reporter) async throws {
    for snapshot in try SnapshotList.read(try await place.resolved())
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
    let directory = try await place.resolved()
    let found = try SnapshotList.find(snapshot, in: directory)
    reporter.emit(.snapshot(found))
  }
}
