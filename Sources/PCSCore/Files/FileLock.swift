import CLinux
import FoundationEssentials
import Glibc
package import SystemPackage

/// The lock that lets one sync run at a time: a `flock(2)` lock, free as soon as nobody holds the
/// descriptor any more, however its holder ended.
///
/// The JSON in the file is for people. The file is never unlinked: that would let two processes
/// hold two locks of one name.
package struct FileLock: ~Copyable {
  package let path: FilePath
  /// What an earlier holder left in the file, when it ended without emptying it.
  package let leftover: [UInt8]
  private let descriptor: FileDescriptor

  /// Whether an earlier holder died before it could empty the file.
  ///
  /// What `pcs-lock run` leaves is no such thing: it has become its command, which knows of no lock.
  package var isStale: Bool {
    !leftover.isEmpty && LockHolder(fileContent: leftover)?.role != LockHolder.roleOfCommand
  }

  /// Takes the lock or throws `LockError.held` at once; it never waits.
  package init(_ path: FilePath) throws(LockError) {
    self.path = path
    (descriptor, leftover) = try Self.acquire(path)
  }

  /// Writes who holds the lock into the file.
  package borrowing func write(_ holder: LockHolder) throws(LockError) {
    do {
      try replaceContent(Array(try JSON.encoder.encode(holder)) + [UInt8(ascii: "\n")])
    } catch {
      throw .failed(path, error as? Errno ?? .ioError)
    }
  }

  /// Empties the file and frees the lock.
  package consuming func release() {
    try? replaceContent([])
  }

  /// The raw descriptor, for handing the lock on to another process.
  package var rawDescriptor: Int32 { descriptor.rawValue }

  /// Lets a program started with `exec` inherit the lock.
  package borrowing func keepAcrossExec() throws(LockError) {
    guard fcntl(descriptor.rawValue, F_SETFD, 0) == 0 else {
      throw .failed(path, Errno(rawValue: errno))
    }
  }

  /// Who holds the lock at `path`, or left it behind; takes nothing and creates nothing.
  package static func status(_ path: FilePath) throws(LockError) -> LockStatus {
    let descriptor: FileDescriptor
    do {
      descriptor = try open(path, create: false)
    } catch .failed(_, .noSuchFileOrDirectory) {
      return LockStatus(path: path, state: .free, holder: nil)
    }
    defer { try? descriptor.close() }
    let holder = LockHolder(fileContent: try content(descriptor, path))
    do {
      try lock(descriptor, path, shared: true)
    } catch .held {
      return LockStatus(path: path, state: .held, holder: holder)
    }
    let isLeftover = holder != nil && holder?.role != LockHolder.roleOfCommand
    return LockStatus(
      path: path, state: isLeftover ? .stale : .free, holder: isLeftover ? holder : nil)
  }

  deinit {
    try? descriptor.close()
  }

  private borrowing func replaceContent(_ bytes: [UInt8]) throws {
    guard ftruncate(descriptor.rawValue, 0) == 0 else { throw Errno(rawValue: errno) }
    try descriptor.writeAll(toAbsoluteOffset: 0, bytes)
  }

  /// Opens the lock file and checks that it is a file of ours before anything is written.
  private static func open(_ path: FilePath, create: Bool) throws(LockError) -> FileDescriptor {
    if create { try makeDirectory(path.removingLastComponent()) }
    let flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (create ? O_CREAT : 0)
    let raw = path.withPlatformString { Glibc.open($0, flags, 0o600) }
    guard raw >= 0 else {
      let error = Errno(rawValue: errno)
      switch error {
      case .tooManySymbolicLinkLevels: throw .unsafe(path, "is a symbolic link")
      case .isDirectory: throw .unsafe(path, "is a directory")
      case .noSuchAddressOrDevice: throw .unsafe(path, "is not a regular file")
      default: throw .failed(path, error)
      }
    }
    let descriptor = FileDescriptor(rawValue: raw)
    var status = stat()
    guard fstat(raw, &status) == 0 else {
      try? descriptor.close()
      throw .failed(path, Errno(rawValue: errno))
    }
    if let problem = problem(status) {
      try? descriptor.close()
      throw .unsafe(path, problem)
    }
    return descriptor
  }

  private static func problem(_ status: stat) -> String? {
    if status.st_mode & S_IFMT != S_IFREG { return "is not a regular file" }
    if status.st_nlink != 1 { return "has more than one link" }
    if status.st_uid != geteuid() { return "belongs to somebody else" }
    return nil
  }

  private static func acquire(
    _ path: FilePath
  ) throws(LockError) -> (FileDescriptor, leftover: [UInt8]) {
    let descriptor = try open(path, create: true)
    do {
      try lock(descriptor, path)
      return (descriptor, try content(descriptor, path))
    } catch {
      try? descriptor.close()
      throw error
    }
  }

  /// Makes the lock's directory; our own must be ours alone.
  private static func makeDirectory(_ path: FilePath) throws(LockError) {
    if path.isEmpty { return }  // of a name without a directory
    if path == Places.runtime {
      do {
        try PrivateDirectory.make(path)
      } catch {
        throw .failed(error.path, error.errno)
      }
    } else if path.withPlatformString({ mkdir($0, 0o700) }) != 0, errno != EEXIST {
      throw .failed(path, Errno(rawValue: errno))
    }
  }

  private static func lock(
    _ descriptor: FileDescriptor, _ path: FilePath, shared: Bool = false
  ) throws(LockError) {
    // Somebody who only asks for the status holds it for an instant: that is no holder.
    for attempt in 1...5 {
      if flock(descriptor.rawValue, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return }
      let error = Errno(rawValue: errno)
      guard error == .wouldBlock else { throw .failed(path, error) }
      if attempt < 5 { usleep(4000) }
    }
    throw .held(path, (try? content(descriptor, path)).flatMap(LockHolder.init(fileContent:)))
  }

  /// The first 64 KiB: what we write is far smaller.
  private static func content(
    _ descriptor: FileDescriptor, _ path: FilePath
  ) throws(LockError) -> [UInt8] {
    do {
      return try [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
        count = try descriptor.read(
          fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch {
      throw .failed(path, error as? Errno ?? .ioError)
    }
  }
}

extension LockHolder {
  /// Reads what stands in a lock file; nil when it is empty or not ours.
  package init?(fileContent: [UInt8]) {
    guard let holder = try? JSONDecoder().decode(LockHolder.self, from: Data(fileContent)) else {
      return nil
    }
    self = holder
  }
}

package enum LockError: ToolError, Equatable {
  case held(FilePath, LockHolder?)
  /// Something else stands in the lock file's place.
  case unsafe(FilePath, String)
  case failed(FilePath, Errno)

  package var id: String {
    switch self {
    case .held: "lock.held"
    case .unsafe: "lock.unsafe"
    case .failed: "lock.failed"
    }
  }

  package var description: String {
    switch self {
    case .held(_, let holder?):
      "Another sync is in progress (PID: \(holder.pid)) on \(holder.hostname)"
        + " since \(holder.timestamp)" + (holder.peer.map { ", with \($0)" } ?? "")
    case .held(let path, nil): "Another sync is in progress: \(path): lock is held"
    case .unsafe(let path, let problem): "\(path): \(problem)"
    case .failed(let path, let error): "\(path): cannot lock: \(error)"
    }
  }

  package var hint: String? {
    switch self {
    case .held(_, let holder?):
      Self.hint(holder.pid, mayEnd: kill(holder.pid, 0) == 0 || errno != EPERM)
    case .held(let path, nil): "fuser -v \(path) names the process"
    case .unsafe(let path, _): "look at \(path), and remove it if nobody needs it"
    case .failed: nil
    }
  }

  /// What ends the holder, for one who may signal it, or who has to be root for that.
  package static func hint(_ pid: Int32, mayEnd: Bool) -> String {
    "wait for it, or end it with: \(mayEnd ? "" : "sudo ")kill \(pid)"
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .held: .locked
    case .unsafe, .failed(_, .permissionDenied), .failed(_, .notPermitted): .noPermission
    case .failed: .inputOutput
    }
  }

  package var context: [String: JSON] {
    switch self {
    case .held(_, let holder?): (try? JSON(encoding: holder))?.object ?? [:]
    default: [:]
    }
  }
}
