import Glibc
import PCSCore
import SystemPackage

extension SyncSteps {
  /// EXECUTING: the mark, the monitors, the snapshots around the modules, the record.
  func execute() async throws {
    let tracker = tracker
    if !request.isDryRun {
      inhibitSleep()
      try await begin()
    }
    try await startMonitors()
    try await snapshot(.pre)
    try await runModules()
    try await snapshot(.post)
    await guards.stopMonitors()
    try Task.checkCancellation()
    guard !request.isDryRun, stream.errorCount == 0 else { return }
    tracker.update { $0.state = .completed }
    defer { tracker.update { $0.state = .executing } }
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
      let call = try moduleCall(ModuleCatalog.diskMonitor, "execute", at: place)
      guards.hold(monitor: try HeldTool(call, runner, holdsInput: false))
    }
  }

  /// Snapshots of both machines at once.
  private func snapshot(_ phase: ModuleOutcome.Phase) async throws {
    let start = ContinuousClock.now
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
      note(ModuleCatalog.snapshots, phase, .failed, since: start, error)
      throw error
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
    let memory = try await loadPrevious()
    for (index, name) in modules.enumerated() {
      do {
        try await runModule(name, memory)
      } catch {
        for rest in modules[(index + 1)...] {
          note(rest, nil, .skipped, since: .now, reason: "\(name) failed before it")
        }
        throw error
      }
    }
  }

  private func runModule(_ name: String, _ memory: PreviousSession) async throws {
    let start = ContinuousClock.now
    let (previous, reason) = memory.find(name)
    if let reason { stream.log(.full, "\(name) has no earlier state: \(reason)") }
    do {
      let reply = try await runner.succeed(
        try moduleCall(name, "execute", previous: previous))
      let isSkipped = reply.result?.status == .skipped
      note(
        name, nil, isSkipped ? .skipped : .success, since: start,
        reason: isSkipped ? reply.result?.error?.message : nil, state: reply.result?.state)
    } catch {
      note(name, nil, .failed, since: start, error)
      if error is CancellationError { throw error }
      let description = (error as? any ToolError).map { ErrorDescription($0) }
      stream.log(
        .critical, "module \(name) failed: \(description?.message ?? "\(error)")",
        description?.context ?? [:])
      throw error
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

  private func begin() async throws {
    guard var peer = guards.peer else { return }
    let calls = try [ToolCall.Place.here, .there].map {
      try Self.historyCall("begin", peer, tracker, at: $0)
    }
    // A mark that was perhaps made must also be ended.
    peer.hasBegun = true
    guards.peer = peer
    async let here = runner.succeed(calls[0])
    async let there = runner.succeed(calls[1])
    let told = try await [(ToolCall.Place.here, here.events), (.there, there.events)]
    for (place, events) in told where events.contains(where: WaitingCommit.isTold) {
      try await completeCommits(at: place)
    }
  }

  /// What an earlier sync was cut short in is completed before the snapshots, so that they show
  /// whole files only.
  private func completeCommits(at place: ToolCall.Place) async throws {
    var call = ToolCall("pcs-module-user-data", ["recover"], at: place)
    switch place {
    case .here:
      let installed = ModuleCatalog.folders(modulePath: nil)
      call.program = try ModuleCatalog(folders: installed).find("user-data")
    case .there:
      // By the link: what it leads to has the name of a version.
      call.program = Places.prefix.appending("libexec/pc-switcher/pcs-module-user-data")
    }
    try await runner.succeed(call)
  }

  /// The target first: what only we remember is found out by comparing, what only it remembers
  /// would be a sync that nobody knows of.
  private func commit(at place: ToolCall.Place) async throws {
    guard let peer = guards.peer else { return }
    try await runner.succeed(Self.historyCall("commit", peer, tracker, at: place))
  }

  private static func historyCall(
    _ verb: String, _ peer: SessionGuards.Peer, _ tracker: SessionTracker,
    at place: ToolCall.Place
  ) throws -> ToolCall {
    let isHere = place == .here
    var call = ToolCall(
      "pcs-history",
      [
        verb, "--role", isHere ? "source" : "target", "--peer",
        isHere ? peer.targetID : peer.ownID,
      ], at: place)
    call.input = try tracker.record()
    return call
  }

  /// Writes on both machines how a session ended that did not complete; what cannot be written
  /// shows as a session that died.
  static func recordEnd(
    _ guards: SessionGuards, _ tracker: SessionTracker, after ending: Ending
  ) async {
    guard let runner = guards.runner, let peer = guards.peer, peer.hasBegun else { return }
    // A target that is lost is not written to: its lock may be another's by now.
    let isLost = ending.status == ExitStatus.unavailable.rawValue
    await withTaskGroup(of: Void.self) { group in
      for place in isLost ? [ToolCall.Place.here] : [.there, .here] {
        guard let call = try? historyCall("commit", peer, tracker, at: place) else { continue }
        group.addTask { await run(call, by: runner, within: .seconds(2)) }
      }
    }
  }

  /// A target that no longer answers must not hold up the end.
  private static func run(
    _ call: ToolCall, by runner: ToolRunner, within limit: Duration
  ) async {
    let task = Task { _ = try? await runner.run(call) }
    let timer = Task {
      try await Task.sleep(for: limit)
      task.cancel()
    }
    await task.value
    timer.cancel()
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
