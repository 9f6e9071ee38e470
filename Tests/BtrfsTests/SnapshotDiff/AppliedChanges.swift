import CLinux
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage

/// Makes a copy of the base like the new snapshot, as `pcs-snapshot(1)` says it is done: with the
/// lines of the comparison and with what lies at the paths they name, and nothing else.
struct AppliedChanges {
  let copy: FileTree
  let new: FileTree

  private static let aside = FilePath("put aside")

  func apply(_ changes: [Change]) throws {
    let times = try directoryTimes()
    try check("mkdir", copy.with(Self.aside) { mkdir($0, 0o700) })
    let away = changes.enumerated().filter { [.deleted, .renamed].contains($0.element.operation) }
      .map { (index: $0.offset, change: $0.element, path: $0.element.from ?? $0.element.path) }
      .sorted { $1.path.bytes.lexicographicallyPrecedes($0.path.bytes) }
    for (index, change, path) in away {
      if change.operation == .deleted {
        try delete(path)
      } else {
        try rename(path, Self.aside.appending("\(index)"))
      }
    }
    for (index, change) in changes.enumerated() { try put(change, index) }
    try check("rmdir", copy.with(Self.aside) { rmdir($0) })
    try setDirectoryTimes(times, changes)
  }

  private func put(_ change: Change, _ index: Int) throws {
    let path = change.path
    switch change.operation {
    case .deleted: break
    case .renamed:
      try clearStub(path)
      try rename(Self.aside.appending("\(index)"), path)
    case .linked:
      try clearStub(path)
      let result = copy.with(change.from ?? "") { old in
        copy.with(path) { linkat(AT_FDCWD, old, AT_FDCWD, $0, 0) }
      }
      try check("link \(path)", result)
    case .created:
      try clearStub(path)
      try create(path)
      try copyMetadata(path)
    case .modified:
      try copyRanges(change)
      try copyMetadata(path)
    case .metadata: try copyMetadata(path)
    }
  }

  private func check(_ what: String, _ result: CInt) throws {
    guard result < 0 else { return }
    throw FileError(FilePath(what), "cannot", Errno(rawValue: errno))
  }

  private func rename(_ old: FilePath, _ path: FilePath) throws {
    let result = copy.with(old) { old in
      // RENAME_NOREPLACE
      copy.with(path) { pcs_renameat2(AT_FDCWD, old, AT_FDCWD, $0, 1) }
    }
    try check("rename \(old) \(path)", result)
  }

  /// What stands for a nested subvolume is no line's.
  private func clearStub(_ path: FilePath) throws {
    guard copy.status(path).map({ UInt64($0.st_ino) }) == FileTree.stub else { return }
    try check("rmdir \(path)", copy.with(path) { rmdir($0) })
  }

  private func delete(_ path: FilePath) throws {
    if copy.status(path).map({ $0.st_mode & S_IFMT }) == S_IFDIR {
      for name in try copy.names(path) { try clearStub(path.pushing(name)) }
    }
    try check("remove \(path)", copy.with(path) { remove($0) })
  }

  private func create(_ path: FilePath) throws {
    guard let status = new.status(path) else { throw Errno(rawValue: errno) }
    let full = copy.full(path)
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      let file = try FileDescriptor.open(
        full, .writeOnly, options: [.create, .exclusiveCreate], permissions: [.ownerReadWrite])
      try file.closeAfter { _ = try file.writeAll(new.content(path)) }
    case S_IFDIR: try check("mkdir \(path)", full.withPlatformString { mkdir($0, 0o700) })
    case S_IFLNK:
      let target = new.target(path).map { CChar(bitPattern: $0) } + [0]
      try check("symlink \(path)", full.withPlatformString { symlink(target, $0) })
    default:
      let result = full.withPlatformString { mknod($0, status.st_mode, status.st_rdev) }
      try check("mknod \(path)", result)
    }
  }

  /// Takes over the ranges that the line names and the length, and no other byte.
  private func copyRanges(_ change: Change) throws {
    let content = try new.content(change.path)
    let file = try FileDescriptor.open(copy.full(change.path), .writeOnly)
    defer { try? file.close() }
    try check("truncate \(change.path)", ftruncate(file.rawValue, content.count))
    for extent in change.extents ?? [] {
      let end = min(extent.upperBound, UInt64(content.count))
      guard extent.lowerBound < end else { continue }
      let bytes = content[Int(extent.lowerBound)..<Int(end)]
      try file.writeAll(toAbsoluteOffset: Int64(extent.lowerBound), bytes)
    }
  }

  private func copyMetadata(_ path: FilePath) throws {
    guard let status = new.status(path) else { throw Errno(rawValue: errno) }
    let (old, wanted) = (copy.attributes(path), new.attributes(path))
    try copy.with(path) { full in
      try check("chown \(path)", lchown(full, status.st_uid, status.st_gid))
      if status.st_mode & S_IFMT != S_IFLNK {
        try check("chmod \(path)", chmod(full, status.st_mode & 0o7777))
      }
      for name in old.keys where wanted[name] == nil {
        try check("removexattr \(path)", lremovexattr(full, name.map { CChar($0) } + [0]))
      }
      for (name, value) in wanted {
        let name = name.map { CChar($0) } + [0]
        try check("setxattr \(path)", lsetxattr(full, name, value, value.count, 0))
      }
      let times = [status.st_mtim, status.st_mtim]
      try check("utimes \(path)", utimensat(AT_FDCWD, full, times, AT_SYMLINK_NOFOLLOW))
    }
  }

  // MARK: Times of directories

  private func directoryTimes() throws -> [UInt64: timespec] {
    var times: [UInt64: timespec] = [:]
    for path in try [FilePath(".")] + copy.paths() {
      guard let status = copy.status(path), status.st_mode & S_IFMT == S_IFDIR else { continue }
      times[UInt64(status.st_ino)] = status.st_mtim
    }
    return times
  }

  /// A directory without a line keeps its time, the others have that of the new snapshot.
  private func setDirectoryTimes(_ times: [UInt64: timespec], _ changes: [Change]) throws {
    let said = Set(
      changes.filter { [.created, .metadata].contains($0.operation) }.map(\.path))
    for path in try [FilePath(".")] + copy.paths() {
      guard let status = copy.status(path), status.st_mode & S_IFMT == S_IFDIR else { continue }
      let time = said.contains(path) ? new.status(path)?.st_mtim : times[UInt64(status.st_ino)]
      guard let time else { continue }
      try copy.with(path) { full in
        try check("utimes \(path)", utimensat(AT_FDCWD, full, [time, time], 0))
      }
    }
  }
}
