import Btrfs
import CLinux
import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// Changes a tree at random, as programs do; what is not possible is left out.
package struct RandomEdits {
  package let tree: FileTree
  /// An empty subvolume, of which nested ones are made; nil for none.
  private let empty: FilePath?
  package var random: SeededGenerator
  /// What was done, to be read when a test fails.
  package private(set) var log: [String] = []
  private var paths: [FilePath] = []

  package init(_ tree: FileTree, empty: FilePath?, random: SeededGenerator) {
    self.tree = tree
    self.empty = empty
    self.random = random
  }

  private static let names: [FilePath] = [
    "a", "b", "c", "d", "e", "f", "new\nline", " ", "-x", "ü", "o257-8-0", "o300-9-1",
    FilePath(bytes: [0xFF, 0xFE]), FilePath(bytes: [UInt8](repeating: 0xE9, count: 255)),
  ]

  package mutating func run(_ count: Int) throws {
    log = []
    paths = try tree.paths()
    for _ in 0..<count { try step() }
  }

  private mutating func step() throws {
    let path = somePath()
    switch Int.random(in: 0..<34, using: &random) {
    case 0...3: try write(newPath(), create: true)
    case 4...5: make(newPath()) { mkdir($0, 0o755) }
    case 6: make(newPath()) { symlink("a/b", $0) }
    case 7: try makeNode()
    case 8...9: link(path, newPath())
    case 10...11: remove(path)
    case 12...16: rename(path, newPath(), flags: 0)
    case 17...18: rename(path, somePath(), flags: 0)
    case 19...20: rename(path, somePath(), flags: 2)
    case 21...22: try write(path, create: false)
    case 23: truncate(path)
    case 24: try punch(path)
    case 25: setMode(path)
    case 26: setOwner(path)
    case 27...28: setAttribute(path)
    case 29: setTimes(path)
    case 30: try save(path)
    case 31: try removeAll(path)
    case 32: try replaceByDirectory(path)
    default: try nest()
    }
  }

  // MARK: Which

  private mutating func somePath() -> FilePath { paths.randomElement(using: &random) ?? "a" }

  private mutating func newPath() -> FilePath {
    var directory = FilePath("")
    for _ in 0..<4 {
      let path = somePath()
      guard path.components.count < 5, tree.status(path).map({ $0.st_mode & S_IFMT }) == S_IFDIR
      else { continue }
      directory = path
      break
    }
    let name = Self.names.randomElement(using: &random) ?? "a"
    return directory.pushing(name)
  }

  private mutating func note(_ what: String, _ result: CInt, adding path: FilePath? = nil) {
    guard result >= 0 else { return }
    log.append(what)
    if let path { paths.append(path) }
  }

  // MARK: Names

  private mutating func make(_ path: FilePath, _ call: (UnsafePointer<CChar>) -> CInt) {
    note("make \(path)", tree.with(path, call), adding: path)
  }

  private mutating func makeNode() throws {
    let kind: mode_t =
      [0o010000, 0o140000, 0o020000, 0o060000].randomElement(using: &random) ?? 0o010000
    let device = UInt64.random(in: 1..<2000, using: &random)
    make(newPath()) { mknod($0, kind | 0o640, dev_t(device)) }
  }

  private mutating func link(_ path: FilePath, _ new: FilePath) {
    let result = tree.with(path) { old in
      tree.with(new) { linkat(AT_FDCWD, old, AT_FDCWD, $0, 0) }
    }
    note("link \(path) \(new)", result, adding: new)
  }

  private mutating func remove(_ path: FilePath) {
    let result = tree.with(path) { Glibc.remove($0) }
    note("remove \(path)", result)
  }

  private mutating func rename(_ path: FilePath, _ new: FilePath, flags: UInt32) {
    let result = tree.with(path) { old in
      tree.with(new) { pcs_renameat2(AT_FDCWD, old, AT_FDCWD, $0, flags) }
    }
    note("rename \(flags) \(path) \(new)", result, adding: new)
    if result == 0, let below = try? FileTree(root: tree.full(new)).paths() {
      paths += below.map { new.pushing($0) }
    }
  }

  private mutating func removeAll(_ path: FilePath) throws {
    guard let status = tree.status(path), status.st_mode & S_IFMT == S_IFDIR else { return }
    for inside in try FileTree(root: tree.full(path)).paths().reversed() {
      remove(path.pushing(inside))
    }
    remove(path)
  }

  private mutating func replaceByDirectory(_ path: FilePath) throws {
    try removeAll(path)
    remove(path)
    make(path) { mkdir($0, 0o700) }
    try write(path.appending("in"), create: true)
  }

  /// Makes a nested subvolume, or removes one.
  private mutating func nest() throws {
    guard let empty else { return }
    let path = newPath()
    let place = try Directory(tree.full(path.removingLastComponent()))
    guard let name = path.lastComponent?.string, String(validating: path) != nil else { return }
    if tree.status(path).map({ UInt64($0.st_ino) }) == FileTree.subvolume {
      try Subvolume.delete(name, in: place, withNested: true)
      log.append("delete subvolume \(path)")
    } else if tree.status(path) == nil {
      try Subvolume.snapshot(Directory(empty), in: place, name, isReadOnly: false)
      log.append("make subvolume \(path)")
    }
  }

  // MARK: Content

  private mutating func write(_ path: FilePath, create: Bool) throws {
    let flags: CInt = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | (create ? O_CREAT | O_EXCL : 0)
    guard let file = open(path, flags) else { return }
    defer { try? file.close() }
    let size = [0, 1, 100, 5000, 70_000].randomElement(using: &random) ?? 1
    let offset = create ? 0 : Int64.random(in: 0..<150_000, using: &random)
    let byte = UInt8.random(in: 1...255, using: &random)
    try file.writeAll(toAbsoluteOffset: offset, [UInt8](repeating: byte, count: size))
    note("write \(path) \(offset) \(size)", 0, adding: create ? path : nil)
  }

  private func open(_ path: FilePath, _ flags: CInt) -> FileDescriptor? {
    guard tree.status(path).map({ $0.st_mode & S_IFMT == S_IFREG }) ?? (flags & O_CREAT != 0)
    else { return nil }
    let raw = tree.with(path) { Glibc.open($0, flags | O_CLOEXEC, 0o644) }
    return raw < 0 ? nil : FileDescriptor(rawValue: raw)
  }

  private mutating func truncate(_ path: FilePath) {
    guard let file = open(path, O_WRONLY) else { return }
    defer { try? file.close() }
    let size = Int.random(in: 0..<100_000, using: &random)
    note("truncate \(path) \(size)", ftruncate(file.rawValue, size))
  }

  private mutating func punch(_ path: FilePath) throws {
    guard let file = open(path, O_WRONLY) else { return }
    defer { try? file.close() }
    let offset = Int.random(in: 0..<100_000, using: &random)
    let length = Int.random(in: 1..<50_000, using: &random)
    // FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, or none: preallocates
    let mode: CInt = Bool.random(using: &random) ? 3 : 0
    note("fallocate \(mode) \(path) \(offset)", Self.fallocate(file.rawValue, mode, offset, length))
  }

  /// `fallocate(2)`, which Swift's Glibc does not show.
  private static func fallocate(_ file: CInt, _ mode: CInt, _ offset: Int, _ length: Int) -> CInt {
    typealias Call = @convention(c) (CInt, CInt, Int, Int) -> CInt
    guard let symbol = dlsym(nil, "fallocate") else { return -1 }
    return unsafeBitCast(symbol, to: Call.self)(file, mode, offset, length)
  }

  /// Writes a new version beside a file and puts it in its place.
  private mutating func save(_ path: FilePath) throws {
    guard tree.status(path).map({ $0.st_mode & S_IFMT }) == S_IFREG else { return }
    let part = path.removingLastComponent().appending("part")
    try write(part, create: true)
    rename(part, path, flags: 0)
  }

  // MARK: Metadata

  private mutating func setMode(_ path: FilePath) {
    let mode = UInt32.random(in: 0..<0o10000, using: &random)
    let result = tree.with(path) { path in
      fchmodat(AT_FDCWD, path, mode, 0)
    }
    note("chmod \(path)", result)
  }

  private mutating func setOwner(_ path: FilePath) {
    let owner = UInt32.random(in: 0..<5000, using: &random)
    let result = tree.with(path) { lchown($0, owner, owner / 2) }
    note("chown \(path)", result)
  }

  private mutating func setTimes(_ path: FilePath) {
    let seconds = Int.random(in: 0..<2_000_000_000, using: &random)
    let time = timespec(tv_sec: seconds, tv_nsec: seconds % 1_000_000_000)
    let result = tree.with(path) {
      utimensat(AT_FDCWD, $0, [time, time], AT_SYMLINK_NOFOLLOW)
    }
    note("utimes \(path)", result)
  }

  /// Sets or removes an attribute, or sets an ACL.
  private mutating func setAttribute(_ path: FilePath) {
    let value = [UInt8](repeating: 7, count: Int.random(in: 0..<300, using: &random))
    // u::rwx, u:42:r, g::r, m::r, o::-
    let acl: [UInt8] =
      [2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 4, 0, 42, 0, 0, 0, 4, 0, 4, 0]
      + [255, 255, 255, 255, 16, 0, 4, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255]
    let choice = Int.random(in: 0..<4, using: &random)
    let result = tree.with(path) { path in
      switch choice {
      case 0: lremovexattr(path, "user.one")
      case 1: lsetxattr(path, "system.posix_acl_access", acl, acl.count, 0)
      case 2: lsetxattr(path, "trusted.two", value, value.count, 0)
      default: lsetxattr(path, "user.one", value, value.count, 0)
      }
    }
    note("attribute \(choice) \(path)", result)
  }
}
