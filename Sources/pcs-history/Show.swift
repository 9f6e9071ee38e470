import ArgumentParser
import Btrfs
import PCSCore
import PCSTool

struct Show: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "show", "List the sessions this machine remembers, newest last.")

  @OptionGroup var common: CommonOptions
  @Option(help: ArgumentHelp("Only those with this machine: its id or name.", valueName: "host"))
  var peer: String?
  @Flag(help: "Only the newest.") var last = false
  @Flag(help: "Only those that a sync looks at: the newest with each machine.") var recent = false

  func run(_ reporter: Reporter) async throws {
    try reporter.warnOfWaitingCommits()
    let isLocked = try FileLock.status(Places.lock).state == .held
    if !isLocked { reporter.logInterruptedTransfers() }
    let history = SessionHistory()
    let isRecent = recent || (last && common.session == nil)
    let all = try isRecent ? history.records() : history.allRecords()
    if common.session == nil, peer == nil, !recent { warnOfPins(all, reporter) }
    let records = all.filter { record in
      (common.session.map { $0 == record.session.id } ?? true)
        && (peer.map { [record.peer.machineID, record.peer.hostname].contains($0) } ?? true)
    }
    if let session = common.session, records.isEmpty {
      throw SyncError("session \(session): not remembered here", id: "history.unknown")
    }
    for record in last ? records.suffix(1) : records[...] {
      reporter.emit(.other(try line(record, isLocked: isLocked)))
    }
  }

  private func warnOfPins(_ records: [SessionRecord], _ reporter: Reporter) {
    for pin in PinnedSessions(records, now: .now).expiring {
      reporter.log(.warning, pin.warning, pin.context)
    }
  }

  /// A session that says it runs though the lock is free has died.
  private func line(_ record: SessionRecord, isLocked: Bool) throws -> [String: JSON] {
    var members = try JSON(encoding: record).object ?? [:]
    members["type"] = "history"
    members["died"] = .bool(!record.session.state.isTerminal && !isLocked)
    return members
  }
}
