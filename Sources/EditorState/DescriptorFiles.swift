import CSQLite
import Glibc
import SystemPackage

/// The file system through which SQLite gets files that are open already, and nothing else: an
/// `sqlite3_vfs`.
///
/// A name is the number of a descriptor. SQLite resolves no path, makes no journal, and can open no
/// other file, whatever a database asks for. There are no locks: nobody else may have the file open
/// for writing. A database in WAL mode, whose log has to be empty, is shown as one without a log.
enum DescriptorFiles {
  static let name = "pcs-descriptor"

  /// SQLite's code for whether the file system can be used.
  static let registration: CInt = register()

  /// A file as SQLite holds it.
  private struct OpenFile {
    var base: sqlite3_file
    var descriptor: CInt
  }

  private static func register() -> CInt {
    let code = sqlite3_initialize()
    if code != SQLITE_OK { return code }
    // SQLite keeps the tables for the rest of the process.
    let system = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    system.initialize(to: sqlite3_vfs())
    system.pointee.iVersion = 1
    system.pointee.szOsFile = CInt(MemoryLayout<OpenFile>.stride)
    system.pointee.mxPathname = 64
    system.pointee.zName = UnsafePointer(strdup(name))
    addFunctions(to: system)
    return sqlite3_vfs_register(system, 0)
  }

  private static func addFunctions(to system: UnsafeMutablePointer<sqlite3_vfs>) {
    system.pointee.xOpen = { _, name, file, flags, outFlags in
      DescriptorFiles.open(name, file, flags, outFlags)
    }
    system.pointee.xDelete = { _, _, _ in SQLITE_IOERR }
    system.pointee.xAccess = { _, _, _, found in
      found?.pointee = 0
      return SQLITE_OK
    }
    system.pointee.xFullPathname = { _, name, size, full in
      guard let name, let full, strlen(name) < Int(size) else { return SQLITE_CANTOPEN }
      strcpy(full, name)
      return SQLITE_OK
    }
    system.pointee.xRandomness = { _, size, bytes in
      guard let bytes, getentropy(bytes, min(Int(size), 256)) == 0 else { return 0 }
      return min(size, 256)
    }
    system.pointee.xSleep = { _, _ in 0 }
    system.pointee.xCurrentTime = { _, day in
      day?.pointee = 2440587.5 + Double(time(nil)) / 86400
      return SQLITE_OK
    }
    system.pointee.xGetLastError = { _, _, _ in 0 }
  }

  // MARK: Files

  private nonisolated(unsafe) static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
    let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    methods.initialize(to: sqlite3_io_methods())
    methods.pointee.iVersion = 1
    methods.pointee.xClose = { _ in SQLITE_OK }
    methods.pointee.xRead = { DescriptorFiles.read($0, $1, Int($2), off_t($3)) }
    methods.pointee.xWrite = { DescriptorFiles.write($0, $1, Int($2), off_t($3)) }
    methods.pointee.xTruncate = {
      ftruncate(DescriptorFiles.descriptor($0), off_t($1)) == 0 ? SQLITE_OK : SQLITE_IOERR
    }
    methods.pointee.xSync = { _, _ in SQLITE_OK }
    methods.pointee.xFileSize = { DescriptorFiles.size($0, $1) }
    methods.pointee.xLock = { _, _ in SQLITE_OK }
    methods.pointee.xUnlock = { _, _ in SQLITE_OK }
    methods.pointee.xCheckReservedLock = { _, held in
      held?.pointee = 0
      return SQLITE_OK
    }
    methods.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
    methods.pointee.xSectorSize = { _ in 4096 }
    methods.pointee.xDeviceCharacteristics = { _ in 0 }
    return methods
  }()

  private static func open(
    _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: CInt,
    _ outFlags: UnsafeMutablePointer<CInt>?
  ) -> CInt {
    guard let file else { return SQLITE_CANTOPEN }
    file.pointee.pMethods = nil
    guard flags & SQLITE_OPEN_MAIN_DB != 0, let name,
      let descriptor = CInt(String(cString: name))
    else { return SQLITE_CANTOPEN }
    file.withMemoryRebound(to: OpenFile.self, capacity: 1) { $0.pointee.descriptor = descriptor }
    file.pointee.pMethods = UnsafePointer(methods)
    outFlags?.pointee = flags
    return SQLITE_OK
  }

  private static func descriptor(_ file: UnsafeMutablePointer<sqlite3_file>?) -> CInt {
    file?.withMemoryRebound(to: OpenFile.self, capacity: 1) { $0.pointee.descriptor } ?? -1
  }

  private static func size(
    _ file: UnsafeMutablePointer<sqlite3_file>?, _ size: UnsafeMutablePointer<sqlite3_int64>?
  ) -> CInt {
    var status = stat()
    guard fstat(descriptor(file), &status) == 0 else { return SQLITE_IOERR }
    size?.pointee = sqlite3_int64(status.st_size)
    return SQLITE_OK
  }

  private static func read(
    _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeMutableRawPointer?, _ count: Int,
    _ offset: off_t
  ) -> CInt {
    guard let bytes else { return SQLITE_IOERR }
    var filled = 0
    while filled < count {
      let got = pread(descriptor(file), bytes + filled, count - filled, offset + off_t(filled))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { return SQLITE_IOERR }
      if got == 0 { break }
      filled += got
    }
    memset(bytes + filled, 0, count - filled)
    hideLog(bytes, count, offset)
    return filled == count ? SQLITE_OK : shortRead
  }

  /// SQLITE_IOERR_SHORT_READ, which Swift cannot see.
  private static let shortRead = SQLITE_IOERR | (2 << 8)

  /// The bytes of a header that tell with which kind of log a database is written and read.
  private static let logVersions: Range<off_t> = 18..<20

  private static func hideLog(_ bytes: UnsafeMutableRawPointer, _ count: Int, _ offset: off_t) {
    for place in logVersions where place >= offset && place < offset + off_t(count) {
      let byte = bytes.assumingMemoryBound(to: UInt8.self) + Int(place - offset)
      if byte.pointee == 2 { byte.pointee = 1 }
    }
  }

  private static func write(
    _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeRawPointer?, _ count: Int,
    _ offset: off_t
  ) -> CInt {
    guard let bytes else { return SQLITE_IOERR }
    var written = 0
    while written < count {
      let put = pwrite(descriptor(file), bytes + written, count - written, offset + off_t(written))
      if put < 0, errno == EINTR { continue }
      guard put > 0 else {
        return errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_IOERR
      }
      written += put
    }
    return SQLITE_OK
  }
}
