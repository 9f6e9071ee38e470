import FoundationEssentials

extension Event {
  /// Reads one line of a stream; nil when it is not an object with a `type`, or lacks a field that
  /// its type needs.
  package init?(line: some Collection<UInt8>) {
    guard line.first == UInt8(ascii: "{"),
      let event = try? JSONDecoder().decode(Event.self, from: Data(line))
    else { return nil }
    self = event
  }

  /// This event as a line, with its LF and without the user names and passwords of URLs.
  package var line: [UInt8] {
    get throws {
      var bytes = Redaction.withoutUserinfo(Array(try JSON.encoder.encode(self)))
      bytes.append(UInt8(ascii: "\n"))
      return bytes
    }
  }
}
