/// How long another machine may be silent while this one waits for it.
package struct Patience: Sendable, Equatable {
  package enum Verdict: Sendable, Equatable {
    /// Nothing is due before this time has passed.
    case wait(Duration)
    /// The user should know for whom we wait.
    case report
    case giveUp
  }

  /// The longest time until the first answer; nil waits for ever.
  package var firstAnswer: Duration?
  /// The longest silence after that; nil waits for ever.
  package var silence: Duration?
  /// The silence after which the user is told for whom we wait.
  package var notice: Duration = .seconds(5)

  package init(firstAnswer: Duration?, silence: Duration?) {
    self.firstAnswer = firstAnswer
    self.silence = silence
  }

  /// For what answers at once and gives signs of life.
  package static let usual = Patience(firstAnswer: .seconds(20), silence: .seconds(30))
  /// For work that may take its time: the user is told, and can end it.
  package static let unlimited = Patience(firstAnswer: nil, silence: nil)

  /// What is due after a silence of `duration`; `isReported` when the user knows of this silence.
  package func verdict(
    onSilenceOf duration: Duration, hasAnswered: Bool, isReported: Bool
  ) -> Verdict {
    let limit = hasAnswered ? silence : firstAnswer
    if let limit, duration >= limit { return .giveUp }
    let isReportDue = !isReported && (limit != nil || !hasAnswered)
    if isReportDue, duration >= notice { return .report }
    let next = [limit, isReportDue ? notice : nil].compactMap { $0 }.min()
    return .wait(next.map { $0 - duration } ?? .seconds(3600))
  }
}

/// Another machine, or a program on it, was silent for too long.
package struct SilenceError: ToolError, Equatable {
  /// The machine, as the user knows it.
  package let target: String
  /// What was waited for, such as `the login` or `pcs-history gate`.
  package let awaited: String
  package let duration: Duration

  package init(target: String, awaited: String, duration: Duration) {
    self.target = target
    self.awaited = awaited
    self.duration = duration
  }

  package var id: String { "remote.silent" }
  package var description: String {
    "\(target): \(awaited): no answer for \(Int(duration.seconds)) s"
  }
  package var exitStatus: ExitStatus { .unavailable }
}
