import ArgumentParser
import Btrfs
import PCSCore
import PCSTool

struct Pre: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "pre", "Take read-only snapshots before a sync: of all subvolumes, or of none.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: SnapshotOptions

  func run(_ reporter: Reporter) async throws {
    try await Take.run(.preSync, options, reporter)
  }
}

struct Post: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "post", "Take read-only snapshots after a sync: of all subvolumes, or of none.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: SnapshotOptions

  func run(_ reporter: Reporter) async throws {
    try await Take.run(.postSync, options, reporter)
  }
}

enum Take {
  static func run(
    _ kind: Snapshot.Kind, _ options: SnapshotOptions, _ reporter: Reporter
  ) async throws {
    let plan = try await options.plan(reporter)
    try reporter.warnOfWaitingCommits()
    for note in plan.notes { reporter.log(.info, note) }
    for warning in plan.warnings { reporter.log(.warning, warning) }
    let snapshots = try plan.take(kind, session: reporter.sessionID, at: .now) { _, _ in
      try Task.checkCancellation()
    }
    for snapshot in snapshots { reporter.emit(.snapshot(snapshot)) }
  }
}
