import Glibc
import PCSCore
import SystemPackage

/// A question to the person at the terminal.
package enum Question {
  /// Whether the answer is yes; without a terminal it is refused with the name of the option that
  /// answers it.
  package static func ask(_ text: String, answeredBy option: String) throws -> Bool {
    try requireSomebody(for: text, option)
    write(text)
    let answer = readLine(strippingNewline: true)?.lowercased() ?? ""
    return answer == "y" || answer == "yes"
  }

  /// The choice that is answered, by its beginning; asked again until it is one of them.
  ///
  /// Refused as `ask` is, and when the input ends.
  package static func choose(
    _ text: String, among choices: [String], answeredBy option: String
  ) async throws -> String {
    let prompt = "\(text) [\(choices.joined(separator: "/"))] "
    try requireSomebody(for: text, option)
    write(prompt)
    for try await line in StandardInput.lines {
      let answer = String(decoding: line, as: UTF8.self).lowercased()
      let meant = choices.filter { !answer.isEmpty && $0.hasPrefix(answer) }
      if meant.count == 1 { return meant[0] }
      write(prompt)
    }
    try Task.checkCancellation()
    throw unanswered(text, option)
  }

  private static func requireSomebody(for text: String, _ option: String) throws(SyncError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
      throw unanswered(text, option)
    }
  }

  private static func write(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }

  private static func unanswered(_ text: String, _ option: String) -> SyncError {
    SyncError(
      "nobody is there to answer: \(text.prefix { $0 != "[" })", id: "question.unanswered",
      hint: "\(option) answers it", exitStatus: .refused)
  }
}
