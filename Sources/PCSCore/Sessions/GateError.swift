/// A sync that the user has to agree to first.
package struct GateError: ToolError, Equatable {
  package let findings: [SyncGate.Finding]
  private let first: SyncGate.Finding

  /// nil when no gate is closed.
  package init?(_ findings: [SyncGate.Finding]) {
    guard let first = findings.first else { return nil }
    self.findings = findings
    self.first = first
  }

  package var id: String { "gate.\(first.verdict.rawValue)" }
  package var description: String { findings.map(\.reason).joined(separator: "; ") }
  package var hint: String? {
    let ways = findings.compactMap(\.wayBack).map { "to bring it back first, \($0); " }.joined()
    let options = findings.map(\.verdict.option).joined(separator: " ")
    return "\(ways)if what is there may be replaced: \(options)"
  }
  package var exitStatus: ExitStatus { .refused }
}

extension SyncGate.Verdict {
  /// The option of `pcs-sync` that opens the gate.
  package var option: String {
    self == .firstSync ? "--allow-first-sync" : "--allow-out-of-order"
  }
}
