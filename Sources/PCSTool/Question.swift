import Glibc
import PCSCore
import SystemPackage

/// A question to the person at the terminal.
package enum Question {
  /// Whether the answer is yes; without a terminal it is refused with the name of the option that
  /// answers it.
  package static func ask(_ text: String, answeredBy option: String) throws -> Bool {
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
      throw SyncError(
        "nobody is there to answer: \(text)", id: "question.unanswered",
        hint: "\(option) answers it", exitStatus: .refused)
    }
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    let answer = readLine(strippingNewline: true)?.lowercased() ?? ""
    return answer == "y" || answer == "yes"
  }
}
