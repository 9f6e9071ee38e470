package import CLinux
import Glibc
package import PCSCore
package import SystemPackage

/// One entry of a directory, held open as itself (`O_PATH`): whatever happens to its name, what is
/// read and written through this is the entry that was opened.
package final class EntryHandle: Sendable {
  /// What the entry is called in messages.
  package let path: FilePath
  let descriptor: CInt
  /// Whether the descriptor serves only to name the entry: its content is closed to it.
  private let isPathOnly: Bool

  private init(owning descriptor: CInt, path: FilePath, isPathOnly: Bool = true) {
    self.descriptor = descriptor
    self.path = path
    self.isPathOnly = isPathOnly
  }

  deinit {
    close(descriptor)
  }

  /// Opens `name` of `directory`, a link as a link; nil when there is nothing.
  package convenience init?(_ name: FilePath, in directory: Directory) throws(FileError) {
    let path = directory.path.pushing(name)
    let raw = name.withPlatformString {
      openat(directory.descriptor.rawValue, $0, Self.pathOnly | O_NOFOLLOW | O_CLOEXEC)
    }
    if raw < 0, errno == ENOENT { return nil }
    guard raw >= 0 else { throw FileError(path, "cannot open", Errno(rawValue: errno)) }
    self.init(owning: raw, path: path)
  }

  /// The directory itself as an entry.
  package convenience init(_ directory: Directory) throws(FileError) {
    let raw = openat(directory.descriptor.rawValue, ".", Self.pathOnly | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { throw FileError(directory.path, "cannot open", Errno(rawValue: errno)) }
    self.init(owning: raw, path: directory.path)
  }

  /// Opens the file `name` of a snapshot for reading, which leaves its time of access as it is.
  package convenience init(reading name: FilePath, in directory: Directory) throws(FileError) {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | Self.noAccessTime
    try self.init(name, in: directory, flags, "cannot open")
  }

  /// Opens the file `name` for reading, or for reading and writing, called `alias` in messages.
  package convenience init(
    opening name: FilePath, in directory: Directory, forWriting: Bool, as alias: FilePath
  ) throws(FileError) {
    let access = forWriting ? O_RDWR : O_RDONLY
    let flags = access | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    try self.init(name, in: directory, flags, "cannot open", as: alias)
  }

  /// Makes an empty file in a directory of root's alone, open for reading and writing, called `alias`
  /// in messages.
  ///
  /// It gets `permissions` without set-id and sticky bits, and less the process's umask.
  package convenience init(
    making name: FilePath, in directory: Directory, permissions: UInt32, as alias: FilePath? = nil
  ) throws(FileError) {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    try self.init(
      name, in: directory, flags, "cannot make", permissions: permissions & 0o777, as: alias)
  }

  private convenience init(
    _ name: FilePath, in directory: Directory, _ flags: CInt, _ what: String,
    permissions: UInt32 = 0, as alias: FilePath? = nil
  ) throws(FileError) {
    let path = alias ?? directory.path.pushing(name)
    let raw = name.withPlatformString {
      openat(directory.descriptor.rawValue, $0, flags, permissions)
    }
    guard raw >= 0 else { throw FileError(path, what, Errno(rawValue: errno)) }
    self.init(owning: raw, path: path, isPathOnly: false)
  }

  /// Does something with the content of an entry that was opened for it.
  package func withContent<Value, Failure: Error>(
    _ body: (FileDescriptor) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try body(FileDescriptor(rawValue: descriptor))
  }

  /// O_NOATIME, which Swift cannot see.
  private static let noAccessTime: CInt = 0o1000000

  /// O_PATH, which Swift cannot see.
  private static let pathOnly: CInt = 0o10000000

  /// The entry by a name that nobody can change.
  private var itself: String { "/proc/self/fd/\(descriptor)" }

  /// Everything about the entry but its content.
  package func read() throws(FileError) -> Entry {
    var status = stat()
    try check("cannot look at", fstat(descriptor, &status))
    guard let kind = EntryKind(mode: status.st_mode) else {
      throw FileError(path, "of a kind that is not known", .notSupported)
    }
    let attributes = EntryAttributes(
      permissions: status.st_mode & 0o7777, owner: status.st_uid, group: status.st_gid,
      modified: FileTime(status.st_mtim), extended: try extendedAttributes())
    return Entry(
      kind: kind, attributes: attributes, size: kind == .file ? UInt64(status.st_size) : 0,
      allocated: kind == .file ? UInt64(status.st_blocks) * 512 : 0,
      linkTarget: kind == .symlink ? try linkTarget() : [],
      device: kind == .characterDevice || kind == .blockDevice ? UInt64(status.st_rdev) : 0,
      inode: UInt64(status.st_ino), links: UInt64(status.st_nlink),
      changed: FileTime(status.st_ctim))
  }

  /// Its number and the time of its last change, alone.
  package func changed() throws(FileError) -> (inode: UInt64, changed: FileTime) {
    var status = stat()
    try check("cannot look at", fstat(descriptor, &status))
    return (UInt64(status.st_ino), FileTime(status.st_ctim))
  }

  /// Gives it one more name, `linkat(2)`.
  package func link(as name: FilePath, in directory: Directory) throws(FileError) {
    let result = name.withPlatformString {
      pcs_link_descriptor(descriptor, directory.descriptor.rawValue, $0)
    }
    try check("cannot link", result)
  }

  /// Opens a file's content or a directory's entries; flags as for `open(2)`.
  package func open(_ flags: CInt) throws(FileError) -> FileDescriptor {
    let raw = Glibc.open(itself, flags | O_CLOEXEC | O_NONBLOCK)
    try check("cannot open", raw)
    return FileDescriptor(rawValue: raw)
  }

  /// Gives the entry these attributes, the times last.
  package func apply(_ attributes: EntryAttributes, of kind: EntryKind) throws(FileError) {
    let (owner, group, permissions) = (
      attributes.owner, attributes.group, attributes.permissions
    )
    try check(
      "cannot give it its owner",
      isPathOnly ? chown(itself, owner, group) : fchown(descriptor, owner, group))
    try applyExtended(attributes.extended)
    if kind != .symlink, try !hasPermissions(permissions) {
      try check(
        "cannot set its permissions",
        isPathOnly ? chmod(itself, permissions) : fchmod(descriptor, permissions))
    }
    try applyTime(attributes.modified)
  }

  /// Whether permissions need not be set, which costs more than to look.
  private func hasPermissions(_ wanted: UInt32) throws(FileError) -> Bool {
    var status = stat()
    try check("cannot look at", fstat(descriptor, &status))
    return status.st_mode & 0o7777 == wanted
  }

  /// Sets the time of modification alone.
  package func applyTime(_ modified: FileTime) throws(FileError) {
    try check(
      "cannot set its time",
      pcs_set_modified(descriptor, modified.seconds, Int(modified.nanoseconds)))
  }

  private func linkTarget() throws(FileError) -> [UInt8] {
    var text = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = text.withUnsafeMutableBytes { buffer -> Int in
      guard let start = buffer.bindMemory(to: CChar.self).baseAddress else { return -1 }
      return readlinkat(descriptor, "", start, buffer.count)
    }
    try check("cannot read where it points to", CInt(length))
    return Array(text.prefix(length))
  }

  func check(_ what: String, _ result: CInt) throws(FileError) {
    guard result >= 0 else { throw FileError(path, what, Errno(rawValue: errno)) }
  }
}

extension EntryHandle {
  /// By name.
  private func extendedAttributes() throws(FileError) -> [ExtendedAttribute] {
    let list = try extendedNames()
    var found: [ExtendedAttribute] = []
    for name in list {
      found.append(ExtendedAttribute(name: name, value: try extendedValue(name)))
    }
    return found
  }

  private func extendedNames() throws(FileError) -> [[UInt8]] {
    let needed = isPathOnly ? listxattr(itself, nil, 0) : flistxattr(descriptor, nil, 0)
    if needed == 0 || (needed < 0 && errno == ENOTSUP) { return [] }
    try check("cannot list its extended attributes", CInt(needed))
    var list = [CChar](repeating: 0, count: needed + 4096)
    let length = listxattr(itself, &list, list.count)
    try check("cannot list its extended attributes", CInt(length))
    return list.prefix(length).split(separator: 0).map { $0.map { UInt8(bitPattern: $0) } }
      .sorted { $0.lexicographicallyPrecedes($1) }
  }

  private func extendedValue(_ name: [UInt8]) throws(FileError) -> [UInt8] {
    let text = name.map { CChar(bitPattern: $0) } + [0]
    var value = [UInt8](repeating: 0, count: 1 << 16)
    let size = getxattr(itself, text, &value, value.count)
    try check("cannot read an extended attribute", CInt(size))
    return Array(value.prefix(size))
  }

  /// Sets one extended attribute.
  package func set(_ attribute: ExtendedAttribute) throws(FileError) {
    let name = attribute.name.map { CChar(bitPattern: $0) } + [0]
    try check(
      "cannot set \(String(decoding: attribute.name, as: UTF8.self))",
      setxattr(itself, name, attribute.value, attribute.value.count, 0))
  }

  private func applyExtended(_ wanted: [ExtendedAttribute]) throws(FileError) {
    let present = try extendedAttributes()
    for attribute in present where !wanted.contains(where: { $0.name == attribute.name }) {
      let name = attribute.name.map { CChar(bitPattern: $0) } + [0]
      try check("cannot remove an extended attribute", removexattr(itself, name))
    }
    for attribute in wanted where !present.contains(attribute) || attribute.isLostByChown {
      try set(attribute)
    }
  }
}

extension ExtendedAttribute {
  fileprivate var isLostByChown: Bool { name == Array("security.capability".utf8) }
}

extension FileTime {
  /// The time by `clock_gettime(2)`.
  package static var now: FileTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return FileTime(time)
  }

  package init(_ time: timespec) {
    self.init(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
  }
}
