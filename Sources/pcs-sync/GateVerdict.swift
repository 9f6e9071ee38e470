import PCSCore

/// What the histories of the two machines say together.
struct GateVerdict: Equatable {
  /// The gates that are closed.
  var findings: [SyncGate.Finding]
  /// That the histories disagree, and which counts.
  var warning: String?
  /// What this machine remembers, where that is newer than what the target does: the target has to
  /// judge again by it.
  var newerHere: SessionRecord?
  /// Sessions without an end, in words, which have died when we hold both locks.
  var died: [String] = []
  /// Whether neither machine remembers a sync of the two that completed.
  let isFirstSync: Bool
  /// The number of this session: larger than that of every session of either machine.
  let number: Int
  /// A session with this machine that the target alone remembers.
  let knownThere: SessionRecord?

  /// `target` is nil when pc-switcher is not installed there: it remembers nothing.
  init(source: GateJudgement, target: GateJudgement?, hostname: String) {
    let (ours, theirs) = (source.lastWithPeer, target?.lastWithPeer)
    isFirstSync = ours == nil && theirs == nil
    number = max(source.highestNumber, target?.highestNumber ?? 0) + 1
    knownThere = ours == nil ? theirs : nil
    guard let target else {
      findings = [
        SyncGate.Finding(
          .firstSync,
          "\(hostname): it has no pc-switcher yet, so it was never synced with this machine")
      ]
      return
    }
    findings = target.findings
    died = Self.died(source, target)
    guard ours?.session.id != theirs?.session.id else { return }
    // A target that does not know us may hold anything, whatever we remember.
    if let ours, let theirs, theirs.order < ours.order { newerHere = ours }
    let counting = newerHere == nil ? "the target" : "this machine"
    let why = ours == nil || theirs == nil ? "" : ", which is newer"
    warning =
      "the two machines remember different last syncs (\(ours?.session.id ?? "none") here,"
      + " \(theirs?.session.id ?? "none") there); what \(counting) remembers counts\(why)"
  }

  /// Adds the finding that the target has another machine-id than when `record` was written here.
  mutating func noteNewMachineID(_ record: SessionRecord, hostname: String) {
    guard !findings.contains(where: { $0.verdict == .firstSync }) else { return }
    findings.insert(
      SyncGate.Finding(
        .firstSync,
        "\(hostname): it was synced with this machine, \(record.session.timestamp), but has another"
          + " machine-id now: it may be a copy"), at: 0)
  }

  private static func died(_ source: GateJudgement, _ target: GateJudgement) -> [String] {
    let unfinished = [source, target].compactMap(\.unfinished)
    return unfinished.enumerated().filter { index, record in
      !unfinished[..<index].contains { $0.session.id == record.session.id }
    }.map { words(for: $0.element.session) }
  }

  private static func words(for session: SyncSession) -> String {
    "the last sync (\(session.id), \(session.sourceHostname) to \(session.targetHostname), at"
      + " \(session.timestamp)) died while \(session.state.rawValue)"
  }
}
