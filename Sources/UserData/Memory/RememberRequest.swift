import FileTrees

/// Asks the target to keep a long memory of the session, too.
package struct RememberRequest: Sendable {
  package var session: String
  package var memory: [UInt8]

  package init(session: String, memory: [UInt8]) {
    self.session = session
    self.memory = memory
  }

  package func answer() throws {
    try MemoryFile.write(memory, of: session)
  }

  var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.put(Array(session.utf8))
    writer.put(memory)
    return writer.bytes
  }

  init(bytes: [UInt8]) throws(WireError) {
    var reader = ByteReader(bytes)
    session = String(decoding: try reader.text(), as: UTF8.self)
    memory = try reader.text()
    guard reader.isAtEnd else { throw WireError() }
  }
}
