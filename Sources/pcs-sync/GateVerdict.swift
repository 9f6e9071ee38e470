import PCSCore

/// What the two machines' memories say together.
struct GateVerdict: Equatable {
  var judgement: SyncGate.Judgement
  /// That they disagree.
  var warning: String?

  /// `target` is nil when pc-switcher is not installed there: it remembers nothing.
  init(source: SyncGate.Judgement, target: SyncGate.Judgement?) {
    guard let target else {
      judgement = SyncGate.Judgement(
        verdict: .firstSync,
        reason: "it has no pc-switcher yet, so it was never synced with this machine")
      return
    }
    judgement = target
    let ours = source.lastWithPeer?.session
    let theirs = target.lastWithPeer?.session
    if ours?.id != theirs?.id {
      warning =
        "the two machines remember different last syncs (\(ours?.id ?? "none") here,"
        + " \(theirs?.id ?? "none") there); what the target remembers counts"
    }
  }
}
