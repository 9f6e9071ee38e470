extension SendCommand {
  /// The command number `number`; nil when the version of the stream has no such command.
  init?(
    _ number: UInt16, _ attributes: SendAttributes, version: UInt32
  ) throws(SendStreamError) {
    switch number {
    case 1, 2: self = .begin(try attributes.path())
    case 3...8: self = .make(Self.made(number), try attributes.path())
    case 9: self = .rename(try attributes.path(), to: try attributes.path(.pathTo))
    case 10: self = .link(try attributes.path(), existing: try attributes.path(.pathLink))
    case 11: self = .unlink(try attributes.path())
    case 12: self = .removeDirectory(try attributes.path())
    case 13, 14, 18, 19: self = .metadata(try attributes.path())
    case 15, 16, 22: self = try .data(attributes, try Self.length(number, attributes))
    case 17: self = .truncate(try attributes.path(), size: try attributes.number(.size))
    case 20: self = .times(try attributes.path())
    case 21: self = .end
    case 23 where version >= 2: self = try .data(attributes, try attributes.number(.size))
    case 24 where version >= 2: self = .metadata(try attributes.path())
    case 25 where version >= 2:
      self = try .data(attributes, try attributes.number(.unencodedFileLength))
    default: return nil
    }
  }

  /// mkfile, mkdir, mknod, mkfifo, mksock and symlink, in the order of their numbers.
  private static func made(_ number: UInt16) -> NodeKind {
    switch number {
    case 3: .file
    case 4: .directory
    case 5: .node
    case 6: .fifo
    case 7: .socket
    default: .symlink
    }
  }

  /// How many bytes write, clone or update extent is about.
  private static func length(
    _ number: UInt16, _ attributes: SendAttributes
  ) throws(SendStreamError) -> UInt64 {
    switch number {
    case 15: try attributes.length(of: .data)
    case 16: try attributes.number(.cloneLength)
    default: try attributes.number(.size)
    }
  }

  private static func data(
    _ attributes: SendAttributes, _ length: UInt64
  ) throws(SendStreamError) -> SendCommand {
    let offset = try attributes.number(.fileOffset)
    return .data(try attributes.path(), offset: offset, length: length)
  }
}
