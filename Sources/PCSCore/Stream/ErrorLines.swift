/// The error that a tool of ours printed to standard error: `TOOL: MESSAGE`, `TOOL: hint: HINT`.
package struct ErrorLines: Sendable, Equatable {
  /// The last message; one without the tool's name counts, too.
  package private(set) var message: String?
  package private(set) var hint: String?

  package init(_ text: [UInt8], of tool: String) {
    let own = "\(tool): "
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let line = String(decoding: line, as: UTF8.self)
      let words = line.hasPrefix(own) ? String(line.dropFirst(own.count)) : line
      if words.hasPrefix("hint: ") {
        hint = String(words.dropFirst("hint: ".count))
      } else {
        message = words
      }
    }
  }
}
