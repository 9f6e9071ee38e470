extension ByteWriter {
  package mutating func put(_ entry: Entry) {
    put(UInt64(entry.kind.rawValue))
    put(entry.attributes)
    put(entry.size)
    put(entry.allocated)
    put(entry.linkTarget)
    put(entry.device)
    put(entry.inode)
    put(entry.links)
    put(entry.changed)
  }

  package mutating func put(_ time: FileTime) {
    put(time.seconds)
    put(UInt64(time.nanoseconds))
  }

  private mutating func put(_ attributes: EntryAttributes) {
    put(UInt64(attributes.permissions))
    put(UInt64(attributes.owner))
    put(UInt64(attributes.group))
    put(attributes.modified)
    put(attributes.extended) { writer, attribute in
      writer.put(attribute.name)
      writer.put(attribute.value)
    }
  }
}

extension ByteReader {
  package mutating func entry() throws(WireError) -> Entry {
    guard let kind = EntryKind(rawValue: try byte()) else { throw WireError() }
    let attributes = try attributes()
    return Entry(
      kind: kind, attributes: attributes, size: try number(), allocated: try number(),
      linkTarget: try text(),
      device: try number(), inode: try number(), links: try number(), changed: try time())
  }

  package mutating func time() throws(WireError) -> FileTime {
    FileTime(seconds: try signed(), nanoseconds: try number32())
  }

  private mutating func attributes() throws(WireError) -> EntryAttributes {
    EntryAttributes(
      permissions: try number32(), owner: try number32(), group: try number32(),
      modified: try time(),
      extended: try list { reader throws(WireError) in
        ExtendedAttribute(name: try reader.text(), value: try reader.text())
      })
  }
}
