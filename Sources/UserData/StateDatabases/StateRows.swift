import PCSCore
import SystemPackage

/// The rows of a state database that are one machine's own.
struct StateRows {
  private let connection: SQLiteConnection
  private let name: FilePath
  private let hasTable: Bool
  /// Keys and values.
  let rows: [[SQLiteValue]]

  private static let most = 10_000
  private static let isOwn = StateDatabase.ownKeys.map { "key GLOB '\($0)'" }
    .joined(separator: " OR ")

  /// Reads those of the database at `path`, which is called `name` in messages.
  init(_ path: FilePath, as name: FilePath) throws(StateDatabaseError) {
    connection = try SQLiteConnection(path, as: name)
    self.name = name
    hasTable = try Self.hasTable(connection, name)
    guard hasTable else {
      rows = []
      return
    }
    let findings = try connection.run("PRAGMA quick_check(ItemTable)")
    guard findings == [[SQLiteValue("ok")]] else {
      throw .malformed(name, "it is malformed")
    }
    rows = try connection.run(
      "SELECT key, value FROM ItemTable WHERE \(Self.isOwn) ORDER BY key LIMIT \(Self.most + 1)")
    if rows.count > Self.most { throw .tooManyRows(name) }
  }

  /// Replaces the rows by `others`, and leaves one file without a log.
  func replace(by others: [[SQLiteValue]]) throws(StateDatabaseError) {
    try connection.run("PRAGMA secure_delete = ON")
    try connection.run("BEGIN IMMEDIATE")
    if !hasTable { try connection.run(StateDatabase.table) }
    try connection.run("DELETE FROM ItemTable WHERE \(Self.isOwn)")
    for row in others { try connection.run("INSERT INTO ItemTable VALUES (?, ?)", row) }
    try connection.run("COMMIT")
    let mode = try connection.run("PRAGMA journal_mode = DELETE")
    guard mode == [[SQLiteValue("delete")]] else {
      throw .malformed(name, "its log cannot be written back")
    }
  }

  /// Nothing but the table that the programs make is worked on: an index or a check of another one
  /// might call functions.
  private static func hasTable(
    _ connection: SQLiteConnection, _ name: FilePath
  ) throws(StateDatabaseError) -> Bool {
    let found = try connection.run(
      "SELECT type, sql FROM sqlite_schema WHERE tbl_name = 'ItemTable' COLLATE NOCASE"
        + " AND sql IS NOT NULL LIMIT 2")
    if found.isEmpty { return false }
    guard found == [[SQLiteValue("table"), SQLiteValue(StateDatabase.table)]] else {
      throw .unknownTable(name)
    }
    return true
  }
}
