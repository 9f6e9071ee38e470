/// A sync that needs somebody's word.
package struct GateError: ToolError, Equatable {
  package let verdict: SyncGate.Verdict
  package let reason: String

  /// nil when the gate is open.
  package init?(_ judgement: SyncGate.Judgement, hostname: String) {
    guard judgement.verdict != .open else { return nil }
    verdict = judgement.verdict
    reason = "\(hostname): \(judgement.reason ?? "")"
  }

  /// The option that answers.
  package var option: String {
    verdict == .firstSync ? "--allow-first-sync" : "--allow-out-of-order"
  }

  package var id: String { "gate.\(verdict.rawValue)" }
  package var description: String { reason }
  package var hint: String? { "if what is there may be replaced: \(option)" }
  package var exitStatus: ExitStatus { .refused }
}
