import Glibc
import PCSCore

extension SyncSteps {
  /// EXECUTING: the mark, the monitors, the snapshots around the modules, the record.
  func execute() async throws {
    try await critically(perform)
  }

  private func perform() async throws {
    if !request.isDryRun {
      inhibitSleep()
      try await begin()
    }
    try await startMonitors()
    try await snapshot(.pre)
    try await runModules()
    try await snapshot(.post)
    await guards.stopMonitors()
    guards.activity = "the session was recorded"
    try Task.checkCancellation()
    guard !request.isDryRun, stream.errorCount == 0 else { return }
    // The target first: what only we remember is found out by comparing, what only it remembers
    // would be a sync that nobody knows of.
    try await commit(at: .there)
    async let pruning: Void = prune(at: .there)
    try await commit(at: .here)
    await prune(at: .here)
    await pruning
  }

  /// Keeps this machine awake, where there is something that can; a child, never our parent.
  private func inhibitSleep() {
    var call = ToolCall(
      "systemd-inhibit",
      [
        "--what=sleep:idle:handle-lid-switch:shutdown", "--who=pc-switcher",
        "--why=syncing to \(request.target)", "cat",
      ])
    // Without a running systemd (sd_booted(3)) there is nobody to ask.
    guard access("/run/systemd/system", F_OK) == 0,
      let program = Places.programOnPath("systemd-inhibit")
    else { return }
    call.program = program
    call.isOurs = false
    if let inhibitor = try? HeldTool(call, runner.silently, holdsInput: true) {
      guards.hold(inhibitor: inhibitor)
    }
  }

  private func startMonitors() async throws {
    for place in [ToolCall.Place.here, .there] {
      var call = try moduleCall(ModuleCatalog.diskMonitor, "execute", at: place)
      call.grace = 2
      call.patience = nil  // It has nothing to say while all is well.
      guards.hold(monitor: try HeldTool(call, runner, holdsInput: false))
    }
  }

  /// Snapshots of both machines at once.
  private func snapshot(_ phase: ModuleOutcome.Phase) async throws {
    let start = ContinuousClock.now
    guards.activity = "snapshots were taken"
    let calls = try [ToolCall.Place.here, .there].map {
      try moduleCall(ModuleCatalog.snapshots, "execute", phase: phase, at: $0)
    }
    do {
      async let here = runner.succeed(calls[0])
      async let there = runner.succeed(calls[1])
      for events in try await [here.events, there.events] {
        tracker.add(events.compactMap { if case .snapshot(let made) = $0 { made } else { nil } })
      }
    } catch {
      let cause = await guards.cause(of: error)
      note(ModuleCatalog.snapshots, phase, .failed, since: start, cause)
      throw cause
    }
    note(ModuleCatalog.snapshots, phase, .success, since: start)
  }

  /// One module after the other; the first that fails ends it.
  private func runModules() async throws {
    for name in configuration.disabledModules {
      stream.log(.info, "\(name) module disabled by configuration")
      note(name, nil, .skipped, since: .now, reason: "disabled by configuration")
    }
    guard !modules.isEmpty else { return }
    let (memory, evidence) = try await loadMemory()
    for (index, name) in modules.enumerated() {
      do {
        try await runModule(name, memory, evidence)
      } catch {
        for rest in modules[(index + 1)...] {
          note(rest, nil, .skipped, since: .now, reason: "\(name) failed before it")
        }
        throw error
      }
    }
  }

  private func runModule(
    _ name: String, _ memory: PreviousSession, _ evidence: [Snapshot]
  ) async throws {
    let start = ContinuousClock.now
    guards.activity = "\(name) was running"
    let (previous, reason) = memory.find(name)
    if let reason { stream.log(.full, "\(name) has no earlier state: \(reason)") }
    do {
      let reply = try await runner.succeed(
        try moduleCall(name, "execute", previous: previous, evidence: evidence))
      if reply.status == ExitStatus.partial.rawValue { tracker.notePartial() }
      let isSkipped = reply.result?.status == .skipped
      if !isSkipped { tracker.hasWritten = true }
      note(
        name, nil, isSkipped ? .skipped : .success, since: start,
        reason: isSkipped ? reply.result?.error?.message : nil, state: reply.result?.state)
    } catch {
      if tracker.hasWritten == false { tracker.hasWritten = RollbackOffer.hasWritten(error) }
      let cause = await guards.cause(of: error)
      note(name, nil, .failed, since: start, cause)
      throw cause
    }
  }

  private func note(
    _ module: String, _ phase: ModuleOutcome.Phase?, _ result: ModuleResult,
    since start: ContinuousClock.Instant, _ error: (any Error)? = nil, reason: String? = nil,
    state: JSON? = nil
  ) {
    var description = reason.map { ErrorDescription(kind: "skipped", message: $0) }
    switch error {
    case let error as any ToolError: description = ErrorDescription(error)
    case is CancellationError:
      description = ErrorDescription(kind: "module.aborted", message: "aborted")
    case let error?: description = ErrorDescription(kind: "software", message: "\(error)")
    case nil: break
    }
    tracker.note(
      ModuleOutcome(
        sessionID: request.session, module: module, phase: phase, result: result,
        duration: (ContinuousClock.now - start).seconds, error: description), state: state)
  }

  /// What cannot be pruned is a warning: the sync is done.
  private func prune(at place: ToolCall.Place) async {
    let section = configuration.section(of: ModuleCatalog.snapshots)
    guard section["prune_after_sync"]?.bool ?? true else { return }
    let arguments =
      [
        "prune", "--keep-recent", "\(section["keep_recent"]?.integer ?? 3)", "--older-than",
        "\(section["max_age_days"]?.integer ?? 7)d",
      ] + snapshotPlace
    do {
      try await runner.succeed(ToolCall("pcs-snapshot", arguments, at: place))
    } catch {
      stream.log(.warning, "old snapshots were not all removed: \(error)")
    }
  }
}
