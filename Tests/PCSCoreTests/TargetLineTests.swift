import PCSCore
import SystemPackage
import Testing

/// What the target may say.
@Suite struct TargetLineTests {
  private static let check = TargetLine(hostname: "vega", session: "0badcafe")

  private static func entry(_ hostname: String, _ session: String) -> Event {
    .log(
      LogEntry(
        level: .info, module: "core", hostname: hostname, message: "m", sessionID: session))
  }

  private static func snapshot(_ hostname: String, _ session: String) -> Event {
    .snapshot(
      Snapshot(
        subvolume: "@home", snapshotPath: "/.snapshots/x", timestamp: .now, sessionID: session,
        kind: .preSync, hostname: hostname, isReadOnly: true, uuid: "u", generation: 1))
  }

  private static func lock(_ hostname: String) -> Event {
    let holder = LockHolder(
      pid: 1, sessionID: nil, hostname: hostname, role: nil, peer: nil, command: [])
    return .lock(LockStatus(path: "/run/lock", state: .held, holder: holder))
  }

  @Test(arguments: [
    entry("vega", "0badcafe"), snapshot("vega", "0badcafe"), snapshot("vega", "11111111"),
    lock("vega"), .signOfLife(heard: 3),
    .other(["type": "history", "session": ["id": "11111111"]]),
    .validationError(ValidationError(module: "core", message: "m")),
    .disk(DiskSpace(hostname: "vega", path: "/", total: 1, available: 1)),
    .change(Change(.deleted, path: "a")),
    .result(ToolResult(tool: "t", status: .success, exitCode: 0, sessionID: "0badcafe")),
  ])
  func itSpeaksOfItself(_ event: Event) {
    #expect(Self.check.problem(with: event) == nil)
  }

  @Test(arguments: [
    entry("atlas", "0badcafe"), entry("vega", "11111111"), snapshot("atlas", "0badcafe"),
    lock("atlas"), .other(["type": "question", "text": "?"]),
    .other(["type": "of tomorrow", "hostname": "atlas"]),
    .validationError(ValidationError(module: "core", message: "m", hostname: "atlas")),
    .disk(DiskSpace(hostname: "atlas", path: "/", total: 1, available: 1)),
    .connection(Connection(target: "vega", hostname: "vega", state: .connected)),
    .state(StateChange(sessionID: "0badcafe", state: .completed, previous: nil)),
    .moduleResult(
      ModuleOutcome(sessionID: "0badcafe", module: "m", result: .success, duration: 0)),
    .result(ToolResult(tool: "t", status: .success, exitCode: 0, sessionID: "11111111")),
  ])
  func itDoesNotSpeakForUs(_ event: Event) {
    #expect(Self.check.problem(with: event) != nil)
  }

  @Test func aSnapshotThatItMakesIsOfTheSession() {
    var check = Self.check
    check.makesSnapshots = true
    #expect(check.problem(with: Self.snapshot("vega", "11111111")) == "a line of session 11111111")
    #expect(check.problem(with: Self.snapshot("vega", "0badcafe")) == nil)
  }

  @Test func tenAreReportedAndTheRestIsCounted() {
    var count = MisfitCount()
    let reported = (1...25).map { _ in count.add() }
    #expect(reported == Array(repeating: true, count: 10) + Array(repeating: false, count: 15))
    #expect(count.summary == "15 more line(s) did not fit and were dropped")
    #expect(MisfitCount().summary == nil)
  }

  @Test(
    arguments: [
      ("pcs-remote: vega: no\npcs-remote: hint: do this\n", "vega: no", "do this"),
      ("pcs-remote: a\npcs-remote: b", "b", nil), ("", nil, nil), ("sudo: x", "sudo: x", nil),
    ] as [(String, String?, String?)])
  func readsWhatAToolPrinted(_ text: String, _ message: String?, _ hint: String?) {
    let lines = ErrorLines(Array(text.utf8), of: "pcs-remote")
    #expect(lines.message == message)
    #expect(lines.hint == hint)
  }
}
