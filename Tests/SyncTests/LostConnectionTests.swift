import PCSCore
import Testing

@testable import pcs_sync

/// A cut link is one error that names the machine and what was going on.
@Suite struct LostConnectionTests {
  private func cause(_ error: any Error) -> String {
    "\(LostConnection.cause(of: error, hostname: "vega", while: "slow was running"))"
  }

  @Test("I3: a step that ended with 69 and could not say why ended of the lost connection")
  func aStepWithoutAReason() {
    let silent = StepFailure(tool: "pcs-module-slow", what: "failed (69)", status: .unavailable)
    let lost = LostConnection.cause(of: silent, hostname: "vega", while: "slow was running")
    #expect(
      (lost as? any ToolError)?.description
        == "vega: the connection was lost while slow was running")
    #expect((lost as? any ToolError)?.exitStatus == .unavailable)
  }

  @Test("I3: an error of its own stays") func anErrorOfItsOwn() {
    let other = StepFailure(tool: "pcs-module-slow", what: "failed (1)", status: .failure)
    #expect(cause(other) == "\(other)")
    let named = StepFailure(
      tool: "pcs-module-slow", error: ErrorDescription(kind: "slow.gone", message: "gone"),
      status: .unavailable)
    #expect(cause(named) == "\(named)")
  }
}
