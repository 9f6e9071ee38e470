package import PCSCore

/// A fixed script that a target runs with `sh -s`, the only thing that is sure to be there.
///
/// What the login shell prints before, such as an `echo` in `.bashrc`, is kept apart.
package struct RemoteScript: Sendable {
  package struct Answer: Sendable, Equatable {
    /// What the script printed.
    package let lines: [String]
    /// What the login shell printed before it.
    package let greeting: String
    package let status: ChildProcess.Status
  }

  private let text: String
  private let awaited: String

  /// `awaited` is what the user is told that we wait for.
  package init(_ text: String, for awaited: String) {
    self.text = text
    self.awaited = awaited
  }

  package func run(
    over master: ControlMaster, report: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> Answer {
    let mark = "pc-switcher-\(SessionID.make())\(SessionID.make())"
    let input = Array("echo; echo \(mark)\n\(text)\n".utf8)
    let target = master.target.text
    let (status, output, error) = try await Self.capture(
      master.ssh("exec sh -s"), input, awaited, of: target, report)
    if let answer = Answer(output: output, mark: mark, status: status) { return answer }
    if status == .exited(255) {
      throw try await master.isAlive ? SSHError.sessionRefused(target) : SSHError.lost(target)
    }
    let said = [error, output].compactMap { bytes in
      String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last
    }
    throw SSHError.noShell(target, said.first.map(String.init) ?? "no answer")
  }

  /// Each line is a sign of life.
  private static func capture(
    _ ssh: ChildProcess, _ input: [UInt8], _ awaited: String, of target: String,
    _ report: @escaping @Sendable (String) -> Void
  ) async throws -> (status: ChildProcess.Status, output: [UInt8], error: [UInt8]) {
    let vigil = Vigil(.usual)
    return try await vigil.guarding(awaited, of: target, report: report) {
      let output = ByteCollector(limit: 16 << 20)
      let error = ByteCollector(limit: 1 << 20)
      let status = try await ssh.run(input: .bytes(input)) { stream, line in
        vigil.sign()
        try (stream == .output ? output : error).append(line)
      }
      return (status, output.bytes, error.bytes)
    }
  }
}

extension RemoteScript.Answer {
  /// nil when the script never began.
  init?(output: [UInt8], mark: String, status: ChildProcess.Status) {
    let lines = output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard let begin = lines.firstIndex(of: mark) else { return nil }
    self.lines = lines[(begin + 1)...].filter { !$0.isEmpty }
    greeting = lines[..<begin].joined(separator: "\n")
      .split(whereSeparator: \.isNewline).joined(separator: "\n")
    self.status = status
  }
}
