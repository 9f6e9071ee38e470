import CSQLite
import PCSCore
import SystemPackage

/// A connection to a database that nobody else has open, and that is not trusted.
///
/// Nothing in its schema is run: no trigger, no view, no function in an index; nothing is attached.
final class SQLiteConnection {
  private let database: OpaquePointer
  /// What the database is called in messages.
  private let name: FilePath

  /// More memory than any row of these programs takes.
  private static let mostMemory: Int64 = 1 << 29

  /// Opens the file at `path`, which must be there; a log or a journal beside it is taken up.
  init(_ path: FilePath, as name: FilePath) throws(StateDatabaseError) {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE
    _ = sqlite3_hard_heap_limit64(Self.mostMemory)
    let result = path.withPlatformString { sqlite3_open_v2($0, &opened, flags, nil) }
    guard let opened else { throw .malformed(name, "no memory") }
    database = opened
    self.name = name
    try check(result)
    try check(pcs_sqlite_distrust(database))
    for setting in ["cell_size_check = ON", "synchronous = OFF", "temp_store = MEMORY"] {
      try run("PRAGMA \(setting)")
    }
  }

  deinit { sqlite3_close_v2(database) }

  /// Runs a statement of ours with texts or blobs in place of its parameters; returns its rows.
  @discardableResult
  func run(_ text: String, _ values: [SQLiteValue] = []) throws(StateDatabaseError)
    -> [[SQLiteValue]]
  {
    var prepared: OpaquePointer?
    try check(sqlite3_prepare_v2(database, text, -1, &prepared, nil))
    defer { sqlite3_finalize(prepared) }
    for (index, value) in values.enumerated() {
      try check(value.bind(to: prepared, at: CInt(index + 1)))
    }
    var rows: [[SQLiteValue]] = []
    while true {
      let result = sqlite3_step(prepared)
      if result == SQLITE_DONE { return rows }
      guard result == SQLITE_ROW else { throw error(result) }
      rows.append((0..<sqlite3_column_count(prepared)).map { SQLiteValue(prepared, $0) })
    }
  }

  private func check(_ result: CInt) throws(StateDatabaseError) {
    guard result == SQLITE_OK else { throw error(result) }
  }

  private func error(_ result: CInt) -> StateDatabaseError {
    .malformed(name, sqlite3_errmsg(database).map { String(cString: $0) } ?? "error \(result)")
  }
}

/// What a row holds in one column.
enum SQLiteValue: Equatable {
  case null
  case integer(Int64)
  case real(Double)
  case text([UInt8])
  case blob([UInt8])

  init(_ text: String) { self = .text(Array(text.utf8)) }

  fileprivate init(_ statement: OpaquePointer?, _ column: CInt) {
    let type = sqlite3_column_type(statement, column)
    switch type {
    case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: self = .real(sqlite3_column_double(statement, column))
    case SQLITE_TEXT, SQLITE_BLOB:
      let start = sqlite3_column_blob(statement, column)
      let bytes = Array(
        UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
      self = type == SQLITE_TEXT ? .text(bytes) : .blob(bytes)
    default: self = .null
    }
  }

  fileprivate func bind(to statement: OpaquePointer?, at index: CInt) -> CInt {
    switch self {
    case .null: sqlite3_bind_null(statement, index)
    case .integer(let number): sqlite3_bind_int64(statement, index, number)
    case .real(let number): sqlite3_bind_double(statement, index, number)
    // An empty array may have no address, which would be null.
    case .text(let bytes):
      (bytes + [0]).withUnsafeBytes {
        pcs_sqlite_bind_text(statement, index, $0.baseAddress, CInt($0.count - 1))
      }
    case .blob(let bytes):
      (bytes + [0]).withUnsafeBytes {
        pcs_sqlite_bind_blob(statement, index, $0.baseAddress, CInt($0.count - 1))
      }
    }
  }
}
