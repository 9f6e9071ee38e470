extension LogEntry {
  /// The line of this entry without its LF, its keys in their order.
  var json: [UInt8] {
    get throws {
      var text = JSONText()
      text.put(#"{"context":"#)
      try text.add(.object(context))
      text.put(#","hostname":"#)
      text.add(quoting: hostname)
      text.put(#","level":"#)
      text.add(quoting: level.rawValue)
      text.put(#","message":"#)
      text.add(quoting: message)
      text.put(#","module":"#)
      text.add(quoting: module)
      text.put(#","session_id":"#)
      text.add(quoting: sessionID)
      text.put(#","timestamp":"#)
      text.add(quoting: timestamp.description)
      text.put(#","type":"log"}"#)
      return text.bytes
    }
  }

  /// Reads a line that is written as `json` writes it; nil for any other, which may be one, too.
  init?(json line: [UInt8]) {
    guard line.suffix(Self.end.count).elementsEqual(Self.end),
      let node = try? JSONReader.read(line), node["type"]?.string == "log",
      let timestamp = node["timestamp"]?.string.flatMap(Timestamp.init(_:)),
      let level = node["level"]?.string.flatMap(LogLevel.init(rawValue:)),
      let module = node["module"]?.string, let hostname = node["hostname"]?.string,
      let message = node["message"]?.string, let context = node["context"],
      case .object(let members) = context.json, let sessionID = node["session_id"]?.string
    else { return nil }
    self.init(
      timestamp: timestamp, level: level, module: module, hostname: hostname, message: message,
      context: members, sessionID: sessionID)
  }

  private static let end = Array(#","type":"log"}"#.utf8)
}
