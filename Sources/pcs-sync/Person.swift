import Glibc
import PCSCore
import Synchronization
import SystemPackage

/// A person's `pcs-sync`: it keeps the person's configuration, ssh and terminal, and starts the
/// driver as root through sudo, on a leash that is the driver's standard input.
final class Person: Sendable {
  private let request: SyncRequest
  let stream: SessionStream
  private let orders: Mutex<FileDescriptor?> = Mutex(nil)
  private let ending = Mutex<ToolResult?>(nil)

  private init(_ request: SyncRequest, stream: SessionStream) {
    self.request = request
    self.stream = stream
  }

  static func run(_ request: SyncRequest) async -> Never {
    let configured: Configured
    let display: Display
    do {
      configured = try await Configured.load(
        path: request.configPath, session: request.session, invoker: nil)
      try configured.check(only: request.only)
      let level = request.level ?? configured.configuration.logCliLevel
      display = try Display(
        rendering: request.format == .text ? level : nil)
    } catch {
      await Driver.refuse(request, error, .terminal)
    }
    var request = request
    request.configPath = configured.configuration.configPath?.string
    request.invoker = .current
    let writer = EventWriter(to: display.entrance)
    let person = Person(request, stream: SessionStream(writer: writer, session: request.session))
    let outcome = await withSignalsCancelling(
      patience: .seconds(60),
      onFirst: { person.order("abort \($0)") }, onSecond: { _ in person.order("hurry") },
      { [request] in
        // A signal is an order to the driver; we end when it has ended.
        await Task { await person.sync(configured.configuration, request) }.value
      })
    guard let result = try? outcome.result.get() else {
      Glibc.exit(ExitStatus.failure.rawValue)
    }
    let status = await display.finish(result, person.stream)
    if let signal = outcome.signal, result.status == .aborted { die(of: signal) }
    Glibc.exit(status)
  }

  /// Connects, runs the driver, and returns its last word, or ours where it could not begin.
  private func sync(_ configuration: SyncConfiguration, _ request: SyncRequest) async -> ToolResult
  {
    var connection: HeldTool?
    var refusal: (any Error)?
    var request = request
    do {
      try await becomeRootLater()
    } catch {
      guard request.isCheck else { return fail(error, configuration) }
      refusal = error
    }
    do {
      (connection, request.connection) = try await connect()
    } catch {
      // A check also finds what is in the way here.
      request.unreachable = request.isCheck ? SyncRequest.Unreachable(error) : nil
      if request.unreachable == nil { return fail(error, configuration) }
    }
    let result = await follow(request, withoutRoot: refusal)
    var runner = ToolRunner(stream: stream, session: request.session, target: request.target)
    runner.controlPath = request.connection?.controlPath
    await connection?.endConnection(runner)
    stream.emit(.result(result))
    return result
  }

  /// Runs the driver, or what can be done without one, to its last word.
  private func follow(
    _ request: SyncRequest, withoutRoot refusal: (any Error)?
  ) async -> ToolResult {
    if let refusal {
      return result(.failed(of: await checkWithoutRoot(refusal, request)))
    }
    if request.mayAsk { forwardAnswers() }
    do {
      try await drive(request)
    } catch {
      stream.log(.warning, "\(error)")
    }
    return ending.withLock { $0 }
      ?? result(
        .failed(
          ErrorDescription(kind: "sync.driver", message: "the driver ended without a word"),
          .failure))
  }

  /// Asks for the password now, in the foreground, while nobody waits.
  private func becomeRootLater() async throws {
    var sudo = ChildProcess("sudo", ["-n", "true"])
    if try await sudo.capture().status == .exited(0) { return }
    if isatty(STDERR_FILENO) == 1 {
      sudo.arguments = [Array("-v".utf8)]
      sudo.isInteractive = true
      if try await sudo.relay() == .exited(0) { return }
    }
    throw SyncError(
      "sudo: may not become root here", id: "privilege.sudo",
      hint: "run it on a terminal, or as root", exitStatus: .noPermission)
  }

  private func connect() async throws -> (HeldTool, SyncRequest.OpenedConnection) {
    let runner = ToolRunner(stream: stream, session: request.session, target: request.target)
    var call = request.connectCall
    call.isInteractive = true
    let held = try HeldTool(call, runner, holdsInput: true)
    let path = try await held.wait { event -> String? in
      guard case .connection(let connection) = event, connection.state == .connected else {
        return nil
      }
      return connection.controlPath
    }
    return (held, SyncRequest.OpenedConnection(controlPath: path))
  }

  private func drive(_ request: SyncRequest) async throws {
    let pipe = try Pipe()
    orders.withLock { $0 = pipe.writing }
    defer {
      orders.withLock { descriptor in
        try? descriptor?.close()
        descriptor = nil
      }
    }
    var sudo = ChildProcess(
      "sudo", ["--", Places.executable.string, "--driver", try request.word])
    sudo.isInteractive = true
    let speaker = Speaker(module: "core", tool: "sudo", hostname: Machine.hostname)
    _ = try await sudo.run(input: .pipe(pipe.reading)) { [self] source, line in
      guard source == .output, let event = Event(line: line) else {
        stream.relay(error: line, from: speaker)
        return
      }
      if case .result(let result) = event {
        ending.withLock { $0 = result }
      } else {
        stream.pass(event)
      }
    }
  }

  /// Tells the driver something; before there is one, there is nothing to tell.
  private func order(_ line: String) {
    orders.withLock { descriptor in
      _ = try? descriptor?.writeAll(Array((line + "\n").utf8))
    }
  }

  private func forwardAnswers() {
    Task {
      for try await line in StandardInput.lines {
        order("answer " + String(decoding: line, as: UTF8.self))
      }
    }
  }

  /// Says on the driver's behalf that the sync failed before there was a driver.
  private func fail(_ error: any Error, _ configuration: SyncConfiguration) -> ToolResult {
    let tracker = SessionTracker(
      SyncSession(
        id: request.session, sourceHostname: Machine.hostname, targetHostname: request.target,
        enabledModules: [ModuleCatalog.snapshots] + configuration.enabledModules,
        lockPath: Places.runtimeOfRoot.appending("pc-switcher.lock"), target: request.target,
        configPath: configuration.configPath, dryRun: request.isDryRun), stream: stream)
    tracker.begin()
    for state in [SessionState.cleanup, .failed] { try? tracker.transition(to: state) }
    let result = result(.failed(of: error))
    stream.emit(.result(result))
    return result
  }

  private func result(_ ending: Ending) -> ToolResult {
    ending.result(session: request.session, tool: "pcs-sync")
  }
}

extension SyncRequest.Invoker {
  /// Whoever runs this process.
  static var current: SyncRequest.Invoker {
    SyncRequest.Invoker(
      userID: getuid(), groupID: getgid(), home: Places.home?.string ?? "/",
      configurationHome: Places.environment("XDG_CONFIG_HOME"),
      modulePath: Places.environment("PCS_MODULE_PATH"))
  }
}
