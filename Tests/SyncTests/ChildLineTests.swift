import PCSCore
import SystemPackage
import Testing

@testable import pcs_sync

/// What the driver makes of the lines of its children.
@Suite struct ChildLineTests {
  private static let speaker = Speaker(module: "user-data", tool: "rsync", hostname: "vega")
  private static let moment = Timestamp(milliseconds: 1_763_208_000_250)

  private func read(_ line: String) -> (events: [Event], result: ToolResult?) {
    ChildLine.read(Array(line.utf8), from: Self.speaker, session: "0badcafe")
  }

  private func read(_ event: Event) throws -> (events: [Event], result: ToolResult?) {
    ChildLine.read(try event.line.dropLast(), from: Self.speaker, session: "0badcafe")
  }

  private func logs(_ events: [Event]) -> [LogEntry] {
    events.compactMap { if case .log(let entry) = $0 { entry } else { nil } }
  }

  private func entry(_ level: LogLevel, _ message: String) -> LogEntry {
    LogEntry(
      timestamp: Self.moment, level: level, module: "core", hostname: "lyra", message: message,
      context: ["n": 1], sessionID: "11111111")
  }

  @Test(arguments: [
    "hello", "{", "[]", "7", "{}", #"{"type":"log"}"#, #"{"type":"log","level":"INFO"}"#,
    #"{"type":"log","level":"LOUD","message":"m"}"#, #"{"type":"result","status":"success"}"#,
    #"{"type":"module_result","module":"x"}"#,
  ])
  func garbageIsAWarningOfItsWriter(_ line: String) {
    let read = read(line)
    let logs = logs(read.events)
    #expect(read.result == nil)
    #expect(read.events.count == 1)
    #expect(logs.map(\.message) == [line])
    #expect(logs.map(\.level) == [.warning])
    #expect(logs.map(\.module) == ["user-data"])
    #expect(logs.map(\.hostname) == ["vega"])
    #expect(logs.first?.context["tool"] == "rsync")
  }

  @Test func anEmptyLineIsSaidToBeOne() {
    #expect(logs(read("").events).map(\.message) == ["(an empty line)"])
    #expect(ChildLine.error([], from: Self.speaker, session: "0badcafe") == nil)
  }

  @Test func garbageIsCut() {
    #expect(logs(read(String(repeating: "x", count: 9999)).events).first?.message.count == 4096)
  }

  @Test(arguments: LogLevel.allCases.filter { $0 != .critical })
  func aLogLineKeepsItsHostAndGetsItsModuleAndSession(_ level: LogLevel) throws {
    var expected = entry(level, "m")
    expected.module = "user-data"
    expected.sessionID = "0badcafe"
    #expect(try read(.log(entry(level, "m"))).events == [.log(expected)])
  }

  @Test("CRITICAL of a child is an ERROR and a WARNING about it")
  func criticalIsTheDriversAlone() throws {
    let logs = try logs(read(.log(entry(.critical, "boom"))).events)
    #expect(logs.map(\.level) == [.error, .warning])
    #expect(logs.first?.message == "boom")
    #expect(logs.last?.message == "logged CRITICAL, which is pcs-sync's alone")
  }

  @Test func anEmptyMessageIsFilled() throws {
    #expect(try logs(read(.log(entry(.info, ""))).events).map(\.message) == ["(no message)"])
  }

  @Test func aScriptMayLeaveOutWhatWeKnow() {
    let logs = logs(read(#"{"type":"log","level":"INFO","message":"m"}"#).events)
    #expect(logs.map(\.message) == ["m"])
    #expect(logs.map(\.level) == [.info])
    #expect(logs.map(\.module) == ["user-data"])
    #expect(logs.map(\.hostname) == ["vega"])
    #expect(logs.map(\.sessionID) == ["0badcafe"])
  }

  @Test func anIncompleteCriticalLineIsNoneEither() {
    let logs = logs(read(#"{"type":"log","level":"CRITICAL","message":"m"}"#).events)
    #expect(logs.map(\.level) == [.error, .warning])
  }

  @Test func progressIsTheModulesOwn() throws {
    let update = ProgressUpdate(
      timestamp: Self.moment, module: "another", hostname: "vega", percentage: 0.5,
      currentItem: "x", sessionID: "11111111")
    var expected = update
    expected.module = "user-data"
    expected.sessionID = "0badcafe"
    #expect(try read(.progress(update)).events == [.progress(expected)])
  }

  @Test func whatIsTheDriversAloneIsNotPassedOn() throws {
    let session = SyncSession(
      id: "0badcafe", sourceHostname: "a", targetHostname: "b", enabledModules: [],
      lockPath: "/run/lock", target: "b", configPath: nil, dryRun: false)
    let forged: [Event] = [
      .session(session),
      .state(StateChange(sessionID: "0badcafe", state: .completed, previous: nil)),
      .moduleResult(
        ModuleOutcome(sessionID: "0badcafe", module: "m", result: .success, duration: 0)),
    ]
    for event in forged {
      let read = try read(event)
      #expect(read.result == nil)
      #expect(logs(read.events).map(\.level) == [.warning])
      #expect(
        logs(read.events).map(\.message) == ["wrote a line that is the driver's alone"])
    }
  }

  @Test func aResultIsTakenAndNotPassedOn() throws {
    let result = ToolResult(
      timestamp: Self.moment, tool: "pcs-snapshot", status: .success, exitCode: 0,
      sessionID: "0badcafe", state: ["n": 1])
    let read = try read(.result(result))
    #expect(read.events.isEmpty)
    #expect(read.result == result)
  }

  @Test func otherTypesPassAsTheyAre() throws {
    let events: [Event] = [
      .other(["type": "of tomorrow", "n": 1]), .change(Change(.deleted, path: "a")),
      .validationError(ValidationError(module: "core", message: "m")),
    ]
    for event in events { #expect(try read(event).events == [event]) }
  }

  @Test func standardErrorIsAWarning() throws {
    let event = try #require(
      ChildLine.error(Array("\u{1B}[31mno".utf8) + [0xFF], from: Self.speaker, session: "0badcafe"))
    #expect(logs([event]).map(\.level) == [.warning])
    #expect(logs([event]).map(\.message) == ["\u{1B}[31mno\u{FFFD}"])
    #expect(logs([event]).map(\.hostname) == ["vega"])
  }
}
