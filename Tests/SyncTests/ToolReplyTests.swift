import PCSCore
import SystemPackage
import Testing

@testable import pcs_sync

/// Exit status and `result` line of a tool, read together.
@Suite struct ToolReplyTests {
  private func result(
    _ status: ToolResult.Status, _ code: Int32, _ error: ErrorDescription? = nil
  ) -> ToolResult {
    ToolResult(tool: "pcs-x", status: status, exitCode: code, error: error, sessionID: "0badcafe")
  }

  private func reply(
    _ status: ChildProcess.Status, _ result: ToolResult?, isOurs: Bool = true,
    at place: ToolCall.Place = .here
  ) -> ToolReply {
    var call = ToolCall("pcs-x", [], at: place)
    call.isOurs = isOurs
    return ToolReply(call: call, status: status, result: result, events: [])
  }

  private func problem(_ reply: ToolReply) -> StepFailure? {
    do throws(StepFailure) {
      _ = try reply.get()
      return nil
    } catch {
      return error
    }
  }

  @Test(
    arguments: [(.success, 0), (.skipped, 0), (.success, 2)] as [(ToolResult.Status, Int32)])
  func aGoodEndIsItsResult(status: ToolResult.Status, code: Int32) throws {
    let result = result(status, code)
    #expect(try reply(.exited(code), result).get() == result)
  }

  @Test(
    arguments: [
      (.success, 0, .exited(1)), (.success, 1, .exited(0)), (.failed, 1, .exited(0)),
      (.failed, 5, .exited(1)), (.success, 0, .signalled(9)), (.aborted, 143, .exited(0)),
    ] as [(ToolResult.Status, Int32, ChildProcess.Status)])
  func statusAndResultThatDisagreeAreAFailure(
    status: ToolResult.Status, code: Int32, exit: ChildProcess.Status
  ) throws {
    let failure = try #require(problem(reply(exit, result(status, code))))
    #expect(
      failure.description
        == "pcs-x: said \(status.rawValue) (\(code)) but left with \(exit.code)")
    #expect(failure.exitStatus == .failure)
  }

  @Test(arguments: [0, 1, 5, 69, 143, 77] as [Int32])
  func ourOwnToolsMustWriteAResult(_ code: Int32) throws {
    let failure = try #require(problem(reply(.exited(code), nil)))
    let what = code == 0 ? "ended without a result" : "failed (\(code))"
    #expect(failure.description == "pcs-x: \(what)")
    #expect(failure.exitStatus.rawValue == (code == 0 ? 1 : code))
  }

  @Test func aModuleHereNeedNotWriteOne() throws {
    #expect(try reply(.exited(0), nil, isOurs: false).get() == nil)
    #expect(try reply(.exited(2), nil, isOurs: false).get() == nil)
    #expect(problem(reply(.exited(0), nil, isOurs: false, at: .there)) != nil)
    #expect(problem(reply(.exited(1), nil, isOurs: false)) != nil)
  }

  @Test(
    arguments: [.exited(42), .exited(255), .signalled(9), .signalled(4)]
      as [ChildProcess.Status])
  func anUnknownStatusIsAFailure(_ status: ChildProcess.Status) throws {
    for isOurs in [true, false] {
      #expect(problem(reply(status, nil, isOurs: isOurs))?.exitStatus == .failure)
      let agreeing = result(.failed, status.code)
      #expect(problem(reply(status, agreeing, isOurs: isOurs))?.exitStatus == .failure)
    }
  }

  @Test func successWithAStatusOfFailureIsNone() {
    #expect(problem(reply(.exited(1), result(.success, 1)))?.exitStatus == .failure)
    #expect(problem(reply(.exited(0), result(.failed, 0)))?.exitStatus == .failure)
  }

  @Test func theErrorOfTheResultIsHandedOn() throws {
    let error = ErrorDescription(
      kind: "disk.space", message: "/home: too little", hint: "free some", context: ["n": 1])
    let failure = try #require(problem(reply(.exited(5), result(.failed, 5, error))))
    #expect(failure.id == "disk.space")
    #expect(failure.description == "/home: too little")
    #expect(failure.hint == "free some")
    #expect(failure.exitStatus == .noSpace)
    #expect(failure.context == ["n": 1])
  }
}
