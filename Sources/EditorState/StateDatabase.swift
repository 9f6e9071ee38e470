import CSQLite
package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// The database in which Visual Studio Code, and what is made of it, keeps its state: rows of a key
/// and a value in the table `ItemTable`.
///
/// Nobody else may have the file open for writing, and it has to have neither a log nor a journal
/// that anything is in.
package struct StateDatabase {
  /// The largest that is read.
  package static let mostBytes: UInt64 = 1 << 30

  private static let make =
    "CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)"
  private static let table = "createtableitemtable(keytextuniqueonconflictreplace,valueblob)"

  private let connection: SQLiteConnection
  private let isForWriting: Bool

  /// Opens a database, and finds out whether it is one.
  package init(_ file: FileDescriptor, forWriting: Bool = false) throws(StateDatabaseError) {
    let size = lseek(file.rawValue, 0, SEEK_END)
    if UInt64(max(size, 0)) > Self.mostBytes { throw .tooLarge(UInt64(size)) }
    connection = try SQLiteConnection(file, forWriting: forWriting)
    isForWriting = forWriting
    try checkSchema()
  }

  /// Whether it has the tables of a state database and nothing that runs by itself; one that is new
  /// has none.
  private func checkSchema() throws(StateDatabaseError) {
    let schema = try connection.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema")
    var hasTable = false
    var isEmpty = true
    while try schema.step() {
      isEmpty = false
      let (type, name, table) = (schema.text(0), schema.text(1), schema.text(2))
      let sql = schema.text(3).lowercased().filter { !" \t\r\n\"`[];".contains($0) }
      let isItemTable = name.lowercased() == "itemtable"
      switch type {
      case "table":
        if sql.hasPrefix("createvirtual") { throw .unknown("it has a virtual table") }
        guard isItemTable else { continue }
        guard sql.replacing("ifnotexists", with: "") == Self.table else {
          throw .unknown("its table ItemTable is not of the form that is known")
        }
        hasTable = true
      case "index" where table.lowercased() != "itemtable" || sql.isEmpty: break
      case "view" where !isItemTable: break
      default: throw .unknown("it has a \(type) that is not known")
      }
    }
    if !hasTable, !isEmpty { throw .unknown("it has no table ItemTable") }
  }

  /// Reads all of it, and throws where it is damaged.
  package func check() throws(StateDatabaseError) {
    let check = try connection.prepare("PRAGMA quick_check(1)")
    guard try check.step(), check.text(0) == "ok" else { throw .unknown("it is damaged") }
  }

  private func hasTable() throws(StateDatabaseError) -> Bool {
    try connection.prepare("SELECT 1 FROM sqlite_schema WHERE lower(name) = 'itemtable'").step()
  }

  // MARK: What the machines share

  /// The digest of everything but the machine's own rows, whatever the file is like that holds it.
  package func sharedDigest() throws -> ContentDigest {
    var digest = SharedDigest(try RunningDigest())
    digest.add(Array("state database".utf8))
    let tables = try tables()
    if tables.isEmpty { return digest.end() }
    let own = try ownRows()
    let rows = try connection.prepare("SELECT key, value, rowid FROM ItemTable ORDER BY key")
    while try rows.step() {
      if !own.contains(rows.number(2)) { digest.add(rows, upTo: 2) }
    }
    for (name, sql) in tables {
      digest.add(Array(name.utf8))
      digest.add(Array(sql.utf8))
      if name.lowercased() == "itemtable" { continue }
      let quoted = name.replacing("\"", with: "\"\"")
      let rows = try connection.prepare("SELECT * FROM \"\(quoted)\"")
      while try rows.step() { digest.add(rows, upTo: rows.columns) }
    }
    return digest.end()
  }

  private func tables() throws(StateDatabaseError) -> [(name: String, sql: String)] {
    let schema = try connection.prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
        + " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
    var tables: [(String, String)] = []
    while try schema.step() { tables.append((schema.text(0), schema.text(1))) }
    return tables
  }

  // MARK: What is a machine's own

  /// The machine's own rows, by their numbers.
  private func ownRows() throws(StateDatabaseError) -> Set<Int64> {
    guard try hasTable() else { return [] }
    let keys = try connection.prepare("SELECT key, rowid FROM ItemTable")
    let value = try connection.prepare("SELECT value FROM ItemTable WHERE rowid = ?")
    var own: Set<Int64> = []
    while try keys.step() {
      let (key, row) = (keys.bytes(0), keys.number(1))
      if OwnRows.hasOwnName(key) {
        own.insert(row)
      } else if OwnRows.mayPointToSession(key) {
        value.reset()
        try value.bind(row, at: 1)
        if try value.step(), OwnRows.isSession(value.bytes(0)) { own.insert(row) }
      }
    }
    return own
  }

  /// Replaces the own rows of another machine by those of `mine`; with nil by none.
  ///
  /// Nothing of what was in them stays in the file.
  package func replaceOwnRows(by mine: StateDatabase?) throws(StateDatabaseError) {
    try connection.run("BEGIN IMMEDIATE")
    let delete = try connection.prepare("DELETE FROM ItemTable WHERE rowid = ?", if: hasTable())
    for row in try ownRows() {
      delete?.reset()
      try delete?.bind(row, at: 1)
      _ = try delete?.step()
    }
    if let mine { try add(mine) }
    try connection.run("COMMIT")
  }

  private func add(_ mine: StateDatabase) throws(StateDatabaseError) {
    let rows = try mine.ownRows()
    if rows.isEmpty { return }
    if try !hasTable() { try connection.run(Self.make) }
    let select = try mine.connection.prepare("SELECT key, value FROM ItemTable WHERE rowid = ?")
    let insert = try connection.prepare("INSERT INTO ItemTable (key, value) VALUES (?, ?)")
    for row in rows.sorted() {
      select.reset()
      insert.reset()
      try select.bind(row, at: 1)
      guard try select.step() else { continue }
      try insert.bind(0, of: select, at: 1)
      try insert.bind(1, of: select, at: 2)
      _ = try insert.step()
    }
  }
}

extension SQLiteConnection {
  fileprivate func prepare(
    _ sql: String, if isWanted: Bool
  ) throws(StateDatabaseError) -> SQLiteStatement? {
    isWanted ? try prepare(sql) : nil
  }
}

/// A digest of values, each with its type and length.
private struct SharedDigest {
  private let digest: RunningDigest
  private var offset: UInt64 = 0

  init(_ digest: RunningDigest) { self.digest = digest }

  mutating func add(_ bytes: [UInt8], type: CInt = 0) {
    digest.add([UInt8(type)], at: UInt64(bytes.count))
    digest.add(bytes, at: offset)
    offset += UInt64(bytes.count) + 1
  }

  mutating func add(_ row: SQLiteStatement, upTo columns: CInt) {
    for column in 0..<columns { add(row.bytes(column), type: row.type(column)) }
  }

  func end() -> ContentDigest { digest.end() }
}
