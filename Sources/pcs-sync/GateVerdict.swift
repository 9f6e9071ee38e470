import PCSCore

/// What the two machines' memories say together.
struct GateVerdict: Equatable {
  var judgement: SyncGate.Judgement
  /// That they disagree, and which counts.
  var warning: String?
  /// What this machine remembers, where that is newer than what the target does: the target has to
  /// judge again by it.
  var newerHere: SessionRecord?
  /// Sessions without an end, in words, which have died when we hold both locks.
  var died: [String] = []
  /// Whether neither machine remembers a sync of the two that completed.
  var isFirstSync: Bool

  /// `target` is nil when pc-switcher is not installed there: it remembers nothing.
  init(source: SyncGate.Judgement, target: SyncGate.Judgement?) {
    isFirstSync = source.lastWithPeer == nil && target?.lastWithPeer == nil
    guard let target else {
      judgement = SyncGate.Judgement(
        verdict: .firstSync,
        reason: "it has no pc-switcher yet, so it was never synced with this machine")
      return
    }
    judgement = target
    let unfinished = [source, target].compactMap(\.unfinished)
    died = unfinished.enumerated().filter { index, record in
      !unfinished[..<index].contains { $0.session.id == record.session.id }
    }.map { Self.words(for: $0.element.session) }
    let ours = source.lastWithPeer
    let theirs = target.lastWithPeer
    guard ours?.session.id != theirs?.session.id else { return }
    // A target that does not know us may hold anything, whatever we remember.
    if let ours, let theirs, theirs.session.timestamp < ours.session.timestamp { newerHere = ours }
    let counting = newerHere == nil ? "the target" : "this machine"
    let why = ours == nil || theirs == nil ? "" : ", which is newer"
    warning =
      "the two machines remember different last syncs (\(ours?.session.id ?? "none") here,"
      + " \(theirs?.session.id ?? "none") there); what \(counting) remembers counts\(why)"
  }

  private static func words(for session: SyncSession) -> String {
    "the last sync (\(session.id), \(session.sourceHostname) to \(session.targetHostname), at"
      + " \(session.timestamp)) died while \(session.state.rawValue)"
  }
}
