package import FileTrees
package import SystemPackage

/// One line of the target's answer to a `VerifyRequest`.
package enum VerifyReply: Sendable, Equatable {
  /// What follows lies directly in this directory.
  case directory(FilePath)
  /// An entry by its name, everything about it but its content.
  case entry(FilePath, Entry)
  case content(VerifiedContent)
  /// An entry by its name cannot be read, and why; without a name the directory, or the file that was
  /// asked for.
  case unreadable(FilePath, String)

  /// As a line without LF.
  package var line: [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .directory(let path):
      writer.put(UInt64(0))
      writer.put(path)
    case .entry(let name, let entry):
      writer.put(UInt64(1))
      writer.put(name)
      writer.put(entry)
    case .content(let content):
      writer.put(UInt64(2))
      writer.put(content.length)
      writer.put(content.digest.bytes)
    case .unreadable(let name, let reason):
      writer.put(UInt64(3))
      writer.put(name)
      writer.put(Array(reason.utf8))
    }
    return writer.line
  }

  package init(line: [UInt8]) throws(WireError) {
    var reader = try ByteReader(line: line)
    switch try reader.byte() {
    case 0: self = .directory(try reader.path())
    case 1: self = .entry(try reader.name(), try reader.entry())
    case 2:
      let length = try reader.number()
      guard let digest = ContentDigest(try reader.text()) else { throw WireError() }
      self = .content(VerifiedContent(length: length, digest: digest))
    case 3:
      self = .unreadable(try reader.name(), String(decoding: try reader.text(), as: UTF8.self))
    default: throw WireError()
    }
    guard reader.isAtEnd else { throw WireError() }
  }
}

extension ByteReader {
  /// A name in a directory, or none.
  fileprivate mutating func name() throws(WireError) -> FilePath {
    let name = try path()
    guard name.components.count <= 1 else { throw WireError() }
    return name
  }
}
