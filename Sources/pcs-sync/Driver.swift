import Dispatch
import Glibc
import PCSCore
import Synchronization
import SystemPackage

/// The process that has the order of a sync in its hands.
enum Driver {
  /// Who is in front of us: a terminal, or a person's `pcs-sync` that started us through sudo.
  enum Front: Sendable { case terminal, person }

  static func run(_ request: SyncRequest, front: Front) async -> Never {
    let configured: Configured
    do {
      configured = try await Configured.load(
        path: request.configPath, session: request.session, invoker: request.invoker)
      try configured.check(only: request.only)
    } catch {
      await refuse(request, error, front)
    }
    let display: Display
    do {
      display = try makeDisplay(request, configured.configuration, front)
    } catch {
      await refuse(request, error, front)
    }
    let stream = SessionStream(
      writer: EventWriter(to: display.entrance), session: request.session)
    CommandLog.observe { stream.log(.debug, $0.message, $0.context) }
    for remark in configured.remarks { stream.emit(remark) }
    if let remark = configured.configuration.remarkOnNothingToDo { stream.log(.warning, remark) }
    let questions = Questions(stream: stream, mayAsk: request.mayAsk)
    let sync = SyncRun(
      request: request, configuration: configured.configuration, stream: stream,
      questions: questions)
    switch front {
    case .person: listen(front, sync, questions)
    case .terminal where request.mayAsk: questions.listen { listen(front, sync, questions) }
    case .terminal: break
    }
    let outcome = await withSignalsCancelling(
      patience: .seconds(60),
      onFirst: { sync.abort(signal: $0) }, onSecond: { sync.hurry(signal: $0) },
      { await request.isCheck ? sync.check() : sync.run() })
    let ending = (try? outcome.result.get()) ?? .failed(nil, .software)
    let result = ending.result(session: request.session, tool: "pcs-sync")
    CommandLog.observe(nil)
    stream.emit(.result(result))
    let status = await display.finish(result, stream)
    if case .aborted(let signal) = ending { die(of: signal) }
    Glibc.exit(status)
  }

  /// Ends a run whose configuration was refused: no state, no session, no lock.
  static func refuse(_ request: SyncRequest, _ error: any Error, _ front: Front) async
    -> Never
  {
    let refused = error as? Configured.Refused
    let failure = (refused?.failure ?? error) as? any ToolError
    guard
      let display = try? Display(
        rendering: rendersHere(request, front) ? request.level ?? .info : nil)
    else { Glibc.exit(ExitStatus.inputOutput.rawValue) }
    let stream = SessionStream(
      writer: EventWriter(to: display.entrance), session: request.session)
    for remark in refused?.remarks ?? [] { stream.emit(remark) }
    let result = ToolResult(
      tool: "pcs-sync", status: .failed,
      exitCode: (failure?.exitStatus ?? .software).rawValue,
      error: failure.map { ErrorDescription($0) }, sessionID: request.session)
    stream.emit(.result(result))
    Glibc.exit(await display.finish(result, stream))
  }

  private static func makeDisplay(
    _ request: SyncRequest, _ configuration: SyncConfiguration, _ front: Front
  ) throws -> Display {
    let level = request.level ?? configuration.logCliLevel
    return try Display(
      logging: logging(request, configuration),
      rendering: rendersHere(request, front) ? level : nil)
  }

  /// A dry run and a check write nothing outside `/run`.
  private static func logging(
    _ request: SyncRequest, _ configuration: SyncConfiguration
  ) -> [String] {
    if request.isDryRun || request.isCheck { return ["--no-file"] }
    let log = ["--level", configuration.logFileLevel.rawValue, "--session", request.session]
    guard let person = request.invoker else { return log }
    return log + ["--home", person.home, "--owner", "\(person.userID):\(person.groupID)"]
  }

  private static func rendersHere(_ request: SyncRequest, _ front: Front) -> Bool {
    front == .terminal && request.format == .text
  }

  /// Reads answers from a terminal; from a person's process also its orders, and its end.
  private static func listen(_ front: Front, _ sync: SyncRun, _ questions: Questions) {
    Task {
      do {
        for try await line in StandardInput.lines {
          let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 1)
          guard front == .person else {
            questions.hear(answer: String(decoding: line, as: UTF8.self))
            continue
          }
          switch words.first {
          case "answer": questions.hear(answer: words.count > 1 ? String(words[1]) : "")
          case "abort": sync.abort(signal: words.last.flatMap { Int32($0) } ?? SIGTERM)
          case "hurry": sync.hurry(signal: SIGTERM)
          default: break
          }
        }
      } catch {}
      questions.hear(answer: nil)
      if front == .person { sync.abort(signal: SIGTERM) }
    }
  }
}
