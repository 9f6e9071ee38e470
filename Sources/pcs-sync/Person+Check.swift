import PCSCore

extension Person {
  /// What `--check` finds where its driver cannot be root here: the other machine, through our own
  /// connection, if there is one.
  func checkWithoutRoot(_ refusal: any Error, _ request: SyncRequest) async -> any Error {
    stream.log(
      .warning, "not checked: space, snapshots, folders, owners and modules, which need root here")
    if let unreachable = request.unreachable {
      return SyncError.joining([refusal, StepFailure(unreachable)]) ?? refusal
    }
    var runner = ToolRunner(stream: stream, session: request.session, target: request.target)
    runner.controlPath = request.connection?.controlPath
    do {
      try await runner.succeed(ToolCall("pcs-remote", ["check"]))
      return refusal
    } catch {
      return SyncError.joining([refusal, error]) ?? refusal
    }
  }
}

extension StepFailure {
  init(_ unreachable: SyncRequest.Unreachable) {
    self.init(tool: "pcs-remote", error: unreachable.error, status: unreachable.status)
  }
}

extension SyncRequest.Unreachable {
  /// nil when `error` is not the target's: a connection that was given up, for one.
  init?(_ error: any Error) {
    guard let error = error as? any ToolError, error.exitStatus.isHandedOn else { return nil }
    self.init(error: ErrorDescription(error), status: error.exitStatus)
  }
}
