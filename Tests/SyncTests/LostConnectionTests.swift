import OpenSSH
import PCSCore
import Testing

@testable import pcs_sync

/// A cut link is one error that names the machine and what was going on.
@Suite struct LostConnectionTests {
  @Test("I3: the error names the machine and what was going on") func oneError() {
    let error = LostConnection.error(to: "vega", while: "user-data was running")
    #expect(error.description == "vega: the connection was lost while user-data was running")
    #expect(error.exitStatus == .unavailable)
  }

  @Test("I3: a step that ended with 69 and had no word lost the connection")
  func aStepWithoutAReason() {
    let silent = StepFailure(tool: "pcs-module-slow", what: "failed (69)", status: .unavailable)
    #expect(LostConnection.isCause(of: silent))
    let other = StepFailure(tool: "pcs-module-slow", what: "failed (1)", status: .failure)
    #expect(!LostConnection.isCause(of: other))
  }

  @Test(
    "I3: of the errors with 69 those of a lost connection alone",
    arguments: [
      ("remote.lost", "/home: the connection to vega broke: rsync status 12", true),
      ("remote.failed", SSHError.lost("vega").description, true),
      ("remote.failed", SSHError.sessionRefused("vega").description, false),
      ("remote.unreachable", "vega: cannot connect: no route to host", false),
      ("remote.silent", "vega: pcs-history gate: no answer for 20 s", false),
      ("slow.gone", "gone", false),
    ])
  func errorsOfTheirOwnStay(id: String, message: String, isLost: Bool) {
    let error = StepFailure(
      tool: "pcs-remote", error: ErrorDescription(kind: id, message: message),
      status: .unavailable)
    #expect(LostConnection.isCause(of: error) == isLost)
  }
}
