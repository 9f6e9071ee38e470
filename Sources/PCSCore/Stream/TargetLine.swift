/// Checks what the target sends: it may speak of itself and of this session alone.
package struct TargetLine: Sendable, Equatable {
  /// The target's real name.
  package let hostname: String
  package let session: String
  /// Whether its snapshots must be those of the session; a list names others, too.
  package var makesSnapshots = false

  package init(hostname: String, session: String) {
    self.hostname = hostname
    self.session = session
  }

  /// Why `event` cannot come from the target; nil when it can.
  package func problem(with event: Event) -> String? {
    switch event {
    case .state, .session, .moduleResult, .connection: "a line that the target may not write"
    case .log(let entry): problem(entry.hostname, entry.sessionID)
    case .progress(let update): problem(update.hostname, update.sessionID)
    case .snapshot(let made): problem(made.hostname, makesSnapshots ? made.sessionID : session)
    case .validationError(let error): problem(error.hostname ?? hostname, session)
    case .disk(let disk): problem(disk.hostname, session)
    case .lock(let status): problem(status.holder?.hostname ?? hostname, session)
    case .result(let result): problem(hostname, result.sessionID)
    case .other(let members): problem(with: members)
    case .change, .conflict, .completedProcess: nil
    }
  }

  private func problem(_ hostname: String, _ session: String) -> String? {
    if hostname != self.hostname { return "a line in the name of \(hostname)" }
    return session == self.session ? nil : "a line of session \(session)"
  }

  private func problem(with members: [String: JSON]) -> String? {
    if members["type"] == "question" { return "a line that the target may not write" }
    return problem(members["hostname"]?.string ?? hostname, session)
  }
}

/// Counts the lines of one command that do not fit; the first ten are reported one by one.
package struct MisfitCount: Sendable, Equatable {
  private var count = 0

  package init() {}

  /// Counts one; true when it has to be reported by itself.
  package mutating func add() -> Bool {
    count += 1
    return count <= 10
  }

  /// The report of those that were only counted; nil when there are none.
  package var summary: String? {
    count > 10 ? "\(count - 10) more line(s) did not fit and were dropped" : nil
  }
}
