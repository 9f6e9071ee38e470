import OpenSSH
import PCSCore

extension TargetInstallation {
  /// Asks the target what is installed there.
  init(of master: ControlMaster) async throws {
    let (status, output, _) = try await master.ssh("exec sh -s")
      .capture(input: .bytes(Array(TargetInstallation.script.utf8)))
    guard status == .exited(0),
      let there = TargetInstallation(output: String(decoding: output, as: UTF8.self))
    else {
      throw RemoteError(
        target: master.target.text, what: "cannot find out what is installed there")
    }
    self = there
  }
}
