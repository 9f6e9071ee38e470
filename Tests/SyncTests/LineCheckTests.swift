import PCSCore
import Testing

@testable import pcs_sync

/// What the driver makes of the lines of a tool on the target.
@Suite struct LineCheckTests {
  private static let speaker = Speaker(module: "core", tool: "pcs-history", hostname: "vega")

  private func check() -> LineCheck {
    LineCheck(
      speaker: Self.speaker, session: "0badcafe",
      target: TargetLine(hostname: "vega", session: "0badcafe"))
  }

  private func messages(_ events: [Event]) -> [String] {
    events.compactMap { if case .log(let entry) = $0 { entry.message } else { nil } }
  }

  private func line(_ event: Event) throws -> [UInt8] { Array(try event.line.dropLast()) }

  @Test func anotherMachinesNameIsDropped() throws {
    var check = check()
    let forged = LogEntry(
      level: .error, module: "core", hostname: "atlas", message: "forged", sessionID: "0badcafe")
    let read = check.read(try line(.log(forged)))
    #expect(messages(read.events) == ["a line in the name of atlas"])
  }

  @Test func nothingFollowsAResult() throws {
    var check = check()
    let result = ToolResult(
      tool: "pcs-history", status: .success, exitCode: 0, sessionID: "0badcafe")
    #expect(check.read(try line(.result(result))).result?.exitCode == 0)
    let second = check.read(try line(.result(result)))
    #expect(second.result == nil)
    #expect(messages(second.events) == ["a line after its result"])
  }

  @Test func aFloodIsCounted() {
    var check = check()
    let events = (1...1000).flatMap { check.read(Array("garbage \($0)".utf8)).events }
    #expect(events.count == 10)
    #expect(messages(events).first == "garbage 1")
    let summary = check.summary.map { messages([$0]) }
    #expect(summary == ["990 more line(s) did not fit and were dropped"])
  }

  @Test func aLineOfThisMachineIsItsChilds() {
    var check = LineCheck(speaker: Self.speaker, session: "0badcafe")
    let read = check.read(Array(#"{"type":"log","level":"INFO","message":"m"}"#.utf8))
    #expect(messages(read.events) == ["m"])
    #expect(check.summary == nil)
  }

  @Test func nobodyButTheDriverAsks() {
    let read = ChildLine.read(
      Array(#"{"type":"question","text":"password?"}"#.utf8), from: Self.speaker,
      session: "0badcafe")
    #expect(messages(read.events) == ["wrote a line that is the driver's alone"])
  }
}
