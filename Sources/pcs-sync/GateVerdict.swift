import PCSCore

/// What the two machines' memories say together.
struct GateVerdict: Equatable {
  var judgement: SyncGate.Judgement
  /// That they disagree, and which counts.
  var warning: String?
  /// What this machine remembers, where that is newer than what the target does: the target has to
  /// judge again by it.
  var newerHere: SessionRecord?

  /// `target` is nil when pc-switcher is not installed there: it remembers nothing.
  init(source: SyncGate.Judgement, target: SyncGate.Judgement?) {
    guard let target else {
      judgement = SyncGate.Judgement(
        verdict: .firstSync,
        reason: "it has no pc-switcher yet, so it was never synced with this machine")
      return
    }
    judgement = target
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
}
