/// A moment of `stat(2)`, to the nanosecond.
package struct FileTime: Sendable, Hashable, Comparable, Codable {
  /// Since 1970.
  package let seconds: Int64
  package let nanoseconds: UInt32

  package init(seconds: Int64, nanoseconds: UInt32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  package static func < (left: FileTime, right: FileTime) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}

/// An extended attribute of `xattr(7)`; access control lists and capabilities are such.
package struct ExtendedAttribute: Sendable, Equatable {
  package let name: [UInt8]
  package let value: [UInt8]

  package init(name: [UInt8], value: [UInt8]) {
    self.name = name
    self.value = value
  }
}

/// What can be set on an entry, whatever it is.
package struct EntryAttributes: Sendable, Equatable {
  /// The permission bits, with set-id and sticky bits.
  package var permissions: UInt32
  package var owner: UInt32
  package var group: UInt32
  package var modified: FileTime
  /// By name.
  package var extended: [ExtendedAttribute]

  package init(
    permissions: UInt32, owner: UInt32, group: UInt32, modified: FileTime,
    extended: [ExtendedAttribute] = []
  ) {
    self.permissions = permissions
    self.owner = owner
    self.group = group
    self.modified = modified
    self.extended = extended
  }
}

/// One entry of a tree as it was found: everything about it but the content of a file.
package struct Entry: Sendable, Equatable {
  package var kind: EntryKind
  package var attributes: EntryAttributes
  /// Bytes of a file; 0 of anything else.
  package var size: UInt64
  /// Bytes that the content of a file takes on the disk, holes not counted.
  package var allocated: UInt64
  /// Where a symbolic link points to.
  package var linkTarget: [UInt8]
  /// Of a device.
  package var device: UInt64
  package var inode: UInt64
  package var links: UInt64
  package var changed: FileTime

  package init(
    kind: EntryKind, attributes: EntryAttributes, size: UInt64 = 0, allocated: UInt64 = 0,
    linkTarget: [UInt8] = [],
    device: UInt64 = 0, inode: UInt64, links: UInt64 = 1, changed: FileTime
  ) {
    self.kind = kind
    self.attributes = attributes
    self.size = size
    self.allocated = allocated
    self.linkTarget = linkTarget
    self.device = device
    self.inode = inode
    self.links = links
    self.changed = changed
  }

  /// Whether this is the same inode as `other` and nobody wrote to it or its attributes between
  /// the two looks.
  package func isUntouched(since other: Entry) -> Bool {
    inode == other.inode && changed == other.changed && kind == other.kind
  }

  /// Whether this is the same inode as `other`, of which nothing but the time of change differs: a
  /// rename or a link changes that.
  package func isStill(_ other: Entry) -> Bool {
    inode == other.inode && isLike(other) && attributes.modified == other.attributes.modified
  }

  /// Whether two entries are the same to a user: everything but times, inodes and the content of a
  /// file, which only reading it tells.
  package func isLike(_ other: Entry) -> Bool {
    kind == other.kind && size == other.size && linkTarget == other.linkTarget
      && device == other.device && attributes.areLike(other.attributes, of: kind)
  }
}

extension EntryAttributes {
  /// Whether all but the times are the same; permissions of a symbolic link mean nothing.
  package func areLike(_ other: EntryAttributes, of kind: EntryKind) -> Bool {
    (permissions == other.permissions || kind == .symlink) && owner == other.owner
      && group == other.group && extended == other.extended
  }
}
