import PCSCore
import SystemPackage

extension SyncSteps {
  /// Both machines get the same configuration, so that the way back works like the way there.
  mutating func shareConfiguration(with target: Connection) async throws {
    guard let path = configuration.configPath else { return }
    if let theirs = target.configurationDigest, try await digest(of: path) == theirs {
      stream.log(.info, "\(tracker.session.targetHostname) has the same configuration")
      return
    }
    if request.isDryRun { return try await foresee(path) }
    if request.answersYes {
      try await push(path, "take").get()
      return
    }
    let reply = try await push(path, request.mayAsk ? "stop" : nil)
    guard reply.status == .exited(ExitStatus.refused.rawValue), request.mayAsk else {
      try reply.get()
      return
    }
    try await push(path, try await decide(on: reply)).get()
  }

  /// Notes for a dry run where the sync would end, with nobody to ask.
  private mutating func foresee(_ path: FilePath) async throws {
    let hostname = tracker.session.targetHostname
    if request.answersYes {
      stream.log(.info, "\(hostname) would get our configuration")
      return
    }
    let reply = try await push(path, "stop")
    guard reply.status == .exited(ExitStatus.refused.rawValue) else {
      try reply.get()
      return
    }
    refusal =
      refusal
      ?? SyncError(
        "\(hostname): does not have our configuration, and a dry run asks nothing",
        id: "question.unanswered", hint: "--yes takes ours", exitStatus: .refused)
  }

  /// Shows the difference on the terminal alone, since a configuration may hold secrets, and asks.
  private func decide(on reply: ToolReply) async throws -> String {
    var state = "different"
    var diff = ""
    for case .other(let members) in reply.events where members["type"] == "config_push" {
      state = members["state"]?.string ?? state
      diff = members["diff"]?.string ?? diff
    }
    let hostname = tracker.session.targetHostname
    let answers = state == "absent" ? ["take", "stop"] : ["take", "keep", "stop"]
    let what =
      state == "absent"
      ? "\(hostname) has no configuration yet: give it ours?"
      : "\(hostname) has another configuration: take ours, or keep theirs?"
    let text = diff + what + " [\(answers.joined(separator: "/"))] "
    let answer = await questions.ask(text, choices: answers)?.lowercased() ?? "stop"
    // A word may be cut short; what is no answer stops.
    return answers.first { !answer.isEmpty && $0.hasPrefix(answer) } ?? "stop"
  }

  @discardableResult
  private func push(_ path: FilePath, _ answer: String?) async throws -> ToolReply {
    try await runner.silently.run(
      ToolCall(
        "pcs-config",
        ["push", "--config", path.string] + (answer.map { ["--on-difference", $0] } ?? [])
          + ["--", request.target]))
  }

  private func digest(of path: FilePath) async throws -> String? {
    let (status, output, _) = try await ChildProcess("sha256sum", ["--", path.string]).capture()
    return status == .exited(0) ? String(decoding: output.prefix(64), as: UTF8.self) : nil
  }
}
