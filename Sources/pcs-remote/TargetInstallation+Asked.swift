import OpenSSH
import PCSCore

extension TargetInstallation {
  /// Asks the target what is installed there.
  init(of master: ControlMaster) async throws {
    let answer = try await RemoteScript(
      TargetInstallation.script, for: "a look at what is installed there"
    ).run(over: master)
    guard answer.status == .exited(0),
      let there = TargetInstallation(output: answer.lines.joined(separator: "\n"))
    else {
      throw RemoteError(
        target: master.target.text, what: "cannot find out what is installed there")
    }
    self = there
  }
}
