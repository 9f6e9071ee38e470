import PCSCore
import Testing

/// How long another machine is waited for.
@Suite struct PatienceTests {
  private static let usual = Patience.usual

  @Test(
    "I6: a first answer has 20 s, a silence after it 30 s, and after 5 s the user is told",
    arguments: [
      (0, false, false, Patience.Verdict.wait(.seconds(5))), (5, false, false, .report),
      (5, false, true, .wait(.seconds(15))), (19, false, true, .wait(.seconds(1))),
      (20, false, true, .giveUp), (20, false, false, .giveUp), (2, true, false, .wait(.seconds(3))),
      (5, true, false, .report), (20, true, true, .wait(.seconds(10))), (30, true, true, .giveUp),
      (3600, true, false, .giveUp),
    ])
  func usual(_ seconds: Int, _ hasAnswered: Bool, _ isReported: Bool, _ verdict: Patience.Verdict) {
    #expect(
      Patience.usual.verdict(
        onSilenceOf: .seconds(seconds), hasAnswered: hasAnswered, isReported: isReported) == verdict
    )
  }

  @Test(arguments: [
    (5, false, false, Patience.Verdict.report), (5, false, true, .wait(.seconds(3600))),
    (500, true, false, .wait(.seconds(3600))),
  ])
  func workThatTakesItsTimeIsReportedOnce(
    _ seconds: Int, _ hasAnswered: Bool, _ isReported: Bool, _ verdict: Patience.Verdict
  ) {
    #expect(
      Patience.unlimited.verdict(
        onSilenceOf: .seconds(seconds), hasAnswered: hasAnswered, isReported: isReported) == verdict
    )
  }

  @Test("I6: a silence that is too long cancels the wait and is 69")
  func aVigilEndsAWait() async throws {
    let short = Patience(firstAnswer: .seconds(3600), silence: .milliseconds(10))
    let vigil = Vigil(short)
    let error = await #expect(throws: SilenceError.self) {
      try await vigil.guarding("the login", of: "vega") {
        vigil.sign()
        try await Task.sleep(for: .seconds(3600))
      }
    }
    #expect(error?.exitStatus == .unavailable)
    #expect(error?.description.hasPrefix("vega: the login: no answer for ") == true)
  }

  @Test("I6: the user is told for whom we wait")
  func aVigilReports() async throws {
    var patience = Patience.unlimited
    patience.notice = .milliseconds(10)
    let (reports, continuation) = AsyncStream.makeStream(of: String.self)
    let note: @Sendable (String) -> Void = { continuation.yield($0) }
    let report = try await Vigil(patience).guarding(
      "the login", of: "vega", report: note
    ) { await reports.first { _ in true } }
    #expect(report?.hasPrefix("waiting for vega: the login: no answer for ") == true)
  }

  @Test func whatAnswersInTimeIsTheValue() async throws {
    let value = try await Vigil(.usual).guarding("it", of: "vega") { 7 }
    #expect(value == 7)
  }
}
