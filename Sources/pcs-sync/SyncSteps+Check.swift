import OpenSSH
import PCSCore

/// What `--check` found.
struct CheckFindings {
  /// In the order in which a sync would meet them.
  var failures: [any Error] = []
  /// What could not be looked at, and why.
  var unchecked: [String] = []

  /// What keeps a sync from working, else what could not be looked at; nil when nothing is in the
  /// way.
  var error: (any Error)? {
    if let error = SyncError.joining(failures) { return error }
    if unchecked.isEmpty { return nil }
    return SyncError(
      "nothing was found, but not everything was checked: " + unchecked.joined(separator: "; "),
      id: "check.partial", exitStatus: .partial)
  }
}

extension SyncSteps {
  /// Everything at once that would keep a sync from working, on both machines.
  mutating func check() async throws {
    var findings = CheckFindings()
    var isReady = false
    do {
      isReady = try await checkTarget(&findings)
    } catch {
      try Task.checkCancellation()
      findings.failures.append(error)
      findings.unchecked.append("\(request.target): everything there")
    }
    do {
      try await validate(isReady ? modules : [], at: isReady ? [.here, .there] : [.here])
    } catch {
      try Task.checkCancellation()
      findings.failures.append(error)
    }
    for what in findings.unchecked { stream.log(.warning, "not checked: \(what)") }
    if let error = findings.error { throw error }
  }

  /// Looks at the target itself; returns whether modules can look at it with our tools there.
  private mutating func checkTarget(_ findings: inout CheckFindings) async throws -> Bool {
    let (target, ownID, targetID) = try await meetTarget()
    let peer = SessionGuards.Peer(ownID: ownID, targetID: targetID)
    if isNewer(target) { findings.failures.append(versionError(target)) }
    do {
      try await runner.succeed(ToolCall("pcs-remote", ["check"]))
    } catch {
      try Task.checkCancellation()
      findings.failures.append(error)
    }
    let rest =
      "\(tracker.session.targetHostname): space, snapshots, folders, owners, and what modules look at"
    if isNewer(target) {
      findings.unchecked.append(rest)
      return false
    }
    if target.installation == .same {
      await checkGates(peer, &findings)
      return true
    }
    sayVersion(of: target)
    do {
      _ = try await borrow()
      await checkGates(peer, &findings)
      return true
    } catch {
      try Task.checkCancellation()
      findings.unchecked.append("\(rest): \(error)")
      // Any other reason would keep the installation from working, too.
      let id = (error as? any ToolError)?.id
      if id != "remote.lend", id != "privilege.sudo" { findings.failures.append(error) }
      return false
    }
  }

  /// Names the questions that a sync would ask first: a first sync is what the user wants, anything
  /// else is in the way.
  private mutating func checkGates(
    _ peer: SessionGuards.Peer, _ findings: inout CheckFindings
  ) async {
    hasToolsThere = true
    do {
      for finding in try await closedGates(peer) {
        guard let error = GateError([finding]) else { continue }
        if finding.verdict == .firstSync {
          stream.log(.warning, "a sync asks first: \(error) (\(finding.verdict.option))")
        } else {
          findings.failures.append(error)
        }
      }
    } catch {
      findings.failures.append(error)
    }
  }

  private func sayVersion(of target: Connection) {
    let has =
      target.installation == .damaged
      ? "a damaged pc-switcher"
      : target.pcSwitcherVersion.map { "pc-switcher \($0)" } ?? "no pc-switcher"
    stream.log(
      .info,
      "\(tracker.session.targetHostname) has \(has): looking with tools that vanish by themselves;"
        + " the next sync installs \(Version.current)")
  }

  private func versionError(_ target: Connection) -> SyncError {
    SyncError(
      "Target version \(target.pcSwitcherVersion ?? "") is newer than source"
        + " \(Version.current), this is unusual", id: "install.newer",
      hint: "upgrade this machine first", exitStatus: .protocolMismatch)
  }
}
