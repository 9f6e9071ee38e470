import Synchronization

/// A command that was run, as the log names it.
package struct CommandRecord: Sendable, Equatable {
  /// The machine it ran on.
  package let machine: String
  /// The program and its arguments, without secrets.
  package let words: [String]
  /// nil when it did not run, or was stopped.
  package let status: Int32?
  package let duration: Duration

  /// `command` as this machine, `hostname`, ran it; what `pcs-remote run` ran is `target`'s.
  package init(
    command: [String], hostname: String, target: String?, status: Int32?, duration: Duration
  ) {
    var words = command[...]
    if Self.isTool("pcs-leash", words.first) { words = Self.afterTerminator(words) }
    let isRemote = Self.isTool("pcs-remote", words.first) && words.dropFirst().first == "run"
    if isRemote { words = Self.afterTerminator(words) }
    machine = isRemote ? target ?? "the target" : hostname
    self.words = Self.withoutSecrets(Array(words.isEmpty ? command[...] : words))
    self.status = status
    self.duration = duration
  }

  package var message: String {
    let end = status.map { "status \($0)" } ?? "did not run to its end"
    let seconds = (duration.seconds * 1000).rounded() / 1000
    return "ran on \(machine): \(words.joined(separator: " ")): \(end), \(seconds) s"
  }

  package var context: [String: JSON] {
    [
      "machine": .string(machine), "command": .array(words.map { .string($0) }),
      "returncode": status.map { .integer(Int64($0)) } ?? .null,
    ]
  }

  private static func isTool(_ name: String, _ word: String?) -> Bool {
    word?.split(separator: "/").last.map(String.init) == name
  }

  private static func afterTerminator(_ words: ArraySlice<String>) -> ArraySlice<String> {
    words.firstIndex(of: "--").map { words[($0 + 1)...] } ?? words
  }

  /// Leaves out the values of options whose names say that they are secret, and whole requests in
  /// base64; cuts what is long.
  private static func withoutSecrets(_ command: [String]) -> [String] {
    var isSecret = false
    let words = command.prefix(60).map { word in
      defer { isSecret = word.hasPrefix("-") && !word.contains("=") && isSecretName(word) }
      if isSecret { return "***" }
      if word.hasPrefix("-"), let end = word.firstIndex(of: "="), isSecretName(word[..<end]) {
        return word[...end] + "***"
      }
      return word.count > 200 ? word.prefix(200) + "…" : word
    }
    return words + (command.count > 60 ? ["… and \(command.count - 60) more"] : [])
  }

  private static func isSecretName(_ name: some StringProtocol) -> Bool {
    let name = name.lowercased()
    return ["pass", "secret", "token", "credential", "--exec", "--driver"]
      .contains { name.contains($0) }
  }
}

/// Who is told of the commands that this process runs.
package enum CommandLog {
  private static let observer = Mutex<(@Sendable (CommandRecord) -> Void)?>(nil)

  /// Calls `action` after each command from now on; nil ends that.
  package static func observe(_ action: (@Sendable (CommandRecord) -> Void)?) {
    observer.withLock { $0 = action }
  }

  static func note(_ record: @autoclosure () -> CommandRecord) {
    if let action = observer.withLock({ $0 }) { action(record()) }
  }
}
