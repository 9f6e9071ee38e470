package import PCSCore
import PCSTool

/// Something the driver asks on the terminal; a `question` line.
package struct Question: Sendable, Equatable {
  package let text: String
  package let choices: [String]

  package init?(_ event: Event) {
    guard case .other(let members) = event, members["type"]?.string == "question",
      let text = members["text"]?.string
    else { return nil }
    self.text = text
    choices = members["choices"]?.array?.compactMap(\.string) ?? []
  }

  /// The question as a prompt, behind which the answer is typed; the choices are named unless the
  /// text names them.
  package var prompt: String {
    let end = text.lastIndex { $0 != " " }.map { text.index(after: $0) } ?? text.startIndex
    var prompt = String(text[..<end])
    if !choices.isEmpty, !prompt.hasSuffix("]") {
      prompt += " [" + choices.joined(separator: "/") + "]"
    }
    return EventText.printable(prompt, keepingLines: true) + " "
  }
}
