import CSQLite
import SystemPackage

/// A connection to a database that nobody vouches for, on a descriptor that is open already.
///
/// It loads no extension, attaches no other database, runs no trigger, view or virtual table of the
/// schema, and ends a statement that takes too long.
final class SQLiteConnection {
  private let database: OpaquePointer
  /// Steps of SQLite's machine that one connection may take: some ten seconds.
  private static let mostSteps = 2_000_000_000
  private static let stepsAtOnce: CInt = 1_000_000
  /// What all connections of a process may take of memory, in bytes.
  private static let mostMemory: sqlite3_int64 = 512 << 20
  /// The longest value, in bytes.
  private static let longestValue: CInt = 256 << 20

  private let steps = UnsafeMutablePointer<Int>.allocate(capacity: 1)

  init(_ file: FileDescriptor, forWriting: Bool) throws(StateDatabaseError) {
    guard DescriptorFiles.registration == SQLITE_OK else {
      throw .failed("SQLite cannot be used")
    }
    sqlite3_hard_heap_limit64(Self.mostMemory)
    var opened: OpaquePointer?
    let access = forWriting ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
    let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
    let code = sqlite3_open_v2("\(file.rawValue)", &opened, flags, DescriptorFiles.name)
    guard let opened, code == SQLITE_OK else {
      if let opened { sqlite3_close_v2(opened) }
      throw .failed("SQLite cannot open it")
    }
    database = opened
    steps.initialize(to: Self.mostSteps / Int(Self.stepsAtOnce))
    try protect()
  }

  deinit {
    sqlite3_close_v2(database)
    steps.deallocate()
  }

  private func protect() throws(StateDatabaseError) {
    for (option, value) in [
      (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
      (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0), (SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
      (SQLITE_DBCONFIG_ENABLE_VIEW, 0),
    ] as [(CInt, CInt)] {
      guard pcs_sqlite_configure(database, option, value) == SQLITE_OK else { throw failure }
    }
    sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0)
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, Self.longestValue)
    sqlite3_progress_handler(
      database, Self.stepsAtOnce,
      { context in
        guard let left = context?.assumingMemoryBound(to: Int.self) else { return 1 }
        left.pointee -= 1
        return left.pointee < 0 ? 1 : 0
      }, steps)
    for setting in [
      "mmap_size=0", "cell_size_check=ON", "temp_store=MEMORY", "journal_mode=MEMORY",
      "secure_delete=ON", "foreign_keys=OFF",
    ] {
      try run("PRAGMA \(setting)")
    }
  }

  /// What SQLite says about the call before.
  var failure: StateDatabaseError { .failed(String(cString: sqlite3_errmsg(database))) }

  func prepare(_ sql: String) throws(StateDatabaseError) -> SQLiteStatement {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw failure
    }
    return SQLiteStatement(statement, of: self)
  }

  /// Runs a statement to its end.
  func run(_ sql: String) throws(StateDatabaseError) {
    let statement = try prepare(sql)
    while try statement.step() {}
  }
}

/// A statement, and the row that it has come to.
final class SQLiteStatement {
  private let statement: OpaquePointer
  private let connection: SQLiteConnection

  fileprivate init(_ statement: OpaquePointer, of connection: SQLiteConnection) {
    self.statement = statement
    self.connection = connection
  }

  deinit { sqlite3_finalize(statement) }

  /// Goes to the next row; returns whether there is one.
  func step() throws(StateDatabaseError) -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw connection.failure
    }
  }

  func reset() {
    sqlite3_reset(statement)
    sqlite3_clear_bindings(statement)
  }

  var columns: CInt { sqlite3_column_count(statement) }
  func number(_ column: CInt) -> Int64 { sqlite3_column_int64(statement, column) }
  func type(_ column: CInt) -> CInt { sqlite3_column_type(statement, column) }

  /// The bytes of a value: of text as UTF-8, of a number as text.
  func bytes(_ column: CInt) -> [UInt8] {
    let start =
      type(column) == SQLITE_BLOB
      ? sqlite3_column_blob(statement, column)
      : UnsafeRawPointer(sqlite3_column_text(statement, column))
    let count = Int(sqlite3_column_bytes(statement, column))
    guard let start else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  func text(_ column: CInt) -> String { String(decoding: bytes(column), as: UTF8.self) }

  func bind(_ number: Int64, at place: CInt) throws(StateDatabaseError) {
    guard sqlite3_bind_int64(statement, place, number) == SQLITE_OK else {
      throw connection.failure
    }
  }

  /// Takes the value in a column of another statement's row.
  func bind(_ column: CInt, of other: SQLiteStatement, at place: CInt) throws(StateDatabaseError) {
    let value = sqlite3_column_value(other.statement, column)
    guard sqlite3_bind_value(statement, place, value) == SQLITE_OK else { throw connection.failure }
  }
}
