import PCSCore

extension SyncSteps {
  /// Everything at once that would keep a sync from working, on both machines.
  mutating func check() async throws {
    var failures: [any Error] = []
    var isReady = false
    do {
      isReady = try await checkTarget(&failures)
    } catch {
      try Task.checkCancellation()
      failures.append(error)
    }
    do {
      try await validate(isReady ? modules : [], at: isReady ? [.here, .there] : [.here])
    } catch {
      failures.append(error)
    }
    if let error = SyncError.joining(failures) { throw error }
  }

  /// Looks at the target itself; returns whether modules can look at it with our tools there.
  private mutating func checkTarget(_ failures: inout [any Error]) async throws -> Bool {
    let (target, _, _) = try await meetTarget()
    if try await !compareVersions(target) { failures.append(versionError(target)) }
    do {
      try await runner.succeed(ToolCall("pcs-remote", ["check"]))
    } catch {
      failures.append(error)
    }
    return target.pcSwitcherVersion == Version.current && target.installation != .damaged
  }

  /// Whether the target has our version, or none yet; what cannot be checked there is said.
  private func compareVersions(_ target: Connection) async throws -> Bool {
    if target.installation == .damaged {
      stream.log(
        .warning, "pc-switcher is damaged on \(request.target): the next sync installs it anew")
      return true
    }
    switch target.pcSwitcherVersion {
    case Version.current?: return true
    case let theirs? where Version.isNewer(theirs, than: Version.current): return false
    case let theirs:
      stream.log(
        .warning,
        "\(request.target) has \(theirs.map { "pc-switcher \($0)" } ?? "no pc-switcher"): the next"
          + " sync installs \(Version.current); modules, and snapshots and room there, are not"
          + " checked yet")
      return true
    }
  }

  private func versionError(_ target: Connection) -> SyncError {
    SyncError(
      "Target version \(target.pcSwitcherVersion ?? "") is newer than source"
        + " \(Version.current), this is unusual", id: "install.newer",
      hint: "upgrade this machine first", exitStatus: .protocolMismatch)
  }
}
