import FoundationEssentials

extension Event {
  /// Reads one line of a stream; nil when it is not an object with a `type`, or lacks a field that
  /// its type needs.
  package init?(line: some Collection<UInt8>) {
    guard line.first == UInt8(ascii: "{") else { return nil }
    if let entry = LogEntry(json: Array(line)) {
      self = .log(entry)
    } else if let event = try? JSONDecoder().decode(Event.self, from: Data(line)) {
      self = event
    } else {
      return nil
    }
  }

  /// This event as a line, with its LF and without the user names and passwords of URLs.
  package var line: [UInt8] {
    get throws {
      var bytes = Redaction.withoutUserinfo(try json)
      bytes.append(UInt8(ascii: "\n"))
      return bytes
    }
  }

  private var json: [UInt8] {
    get throws {
      if case .log(let entry) = self { return try entry.json }
      return Array(try JSON.encoder.encode(self))
    }
  }
}
