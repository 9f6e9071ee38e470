import CSQLite
import FileTrees
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import EditorState

struct StateDatabaseTests {
  private static let table =
    "CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB);"

  /// Makes a database with a statement for SQLite.
  private func make(_ path: FilePath, _ sql: String) throws {
    var database: OpaquePointer?
    try #require(sqlite3_open(path.string, &database) == SQLITE_OK)
    defer { sqlite3_close(database) }
    try #require(sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK)
  }

  private func rows(
    of path: FilePath, _ sql: String = "SELECT key, value FROM ItemTable ORDER BY key"
  )
    throws -> [String]
  {
    var (database, statement): (OpaquePointer?, OpaquePointer?)
    try #require(sqlite3_open(path.string, &database) == SQLITE_OK)
    defer { sqlite3_close(database) }
    try #require(sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK)
    defer { sqlite3_finalize(statement) }
    var rows: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      rows.append(
        (0..<sqlite3_column_count(statement)).map { column in
          sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL"
        }.joined(separator: "="))
    }
    return rows
  }

  private func open<Value>(
    _ path: FilePath, forWriting: Bool = false, _ body: (StateDatabase) throws -> Value
  ) throws -> Value {
    let file = try FileDescriptor.open(path, forWriting ? .readWrite : .readOnly)
    return try file.closeAfter { try body(StateDatabase(file, forWriting: forWriting)) }
  }

  private func insert(_ rows: [String: String]) -> String {
    rows.map { "INSERT INTO ItemTable VALUES ('\($0.key)', '\($0.value)');" }.joined()
  }

  @Test("U8: a machine keeps its own rows and never gets another's")
  func replacesOwnRows() async throws {
    try await withScratchDirectory { scratch in
      let (theirs, mine) = (scratch.appending("theirs"), scratch.appending("mine"))
      let pointer = "GitHub.vscode-pull-request-github-github-read:user repo"
      try make(
        theirs,
        Self.table
          + insert([
            "secret://a": "of theirs", "secret://c": "theirs alone", "editor.theme": "dark",
            "userDataSyncAccountPreference": "theirs", pointer: "session of theirs",
            "ms.vscode-github-tools": "{\"state\":1}", "memento/x": "theirs",
          ]))
      try make(
        mine,
        Self.table
          + insert([
            "secret://a": "of mine", "secret://b": "mine alone", "editor.theme": "light",
            "userDataSyncAccountPreference": "mine", "sync.sessionId": "s", "only.here": "gone",
          ]))
      try open(mine) { mine in
        try open(theirs, forWriting: true) { try $0.replaceOwnRows(by: mine) }
      }
      #expect(
        try rows(of: theirs) == [
          "editor.theme=dark", "memento/x=theirs", "ms.vscode-github-tools={\"state\":1}",
          "secret://a=of mine", "secret://b=mine alone", "sync.sessionId=s",
          "userDataSyncAccountPreference=mine",
        ])
      #expect(try rows(of: theirs, "PRAGMA integrity_check") == ["ok"])
      let bytes = try FileContent.read(theirs)
      #expect(!String(decoding: bytes, as: UTF8.self).contains("theirs alone"))
    }
  }

  @Test("U8: what differs in a machine's own rows alone counts as the same")
  func digestsWhatIsShared() async throws {
    try await withScratchDirectory { scratch in
      let (one, two, other) = (
        scratch.appending("1"), scratch.appending("2"), scratch.appending("3")
      )
      let more =
        "CREATE TABLE cursorDiskKV (key TEXT UNIQUE, value BLOB);"
        + "INSERT INTO cursorDiskKV VALUES ('a', x'00ff');"
      try make(one, Self.table + more + insert(["a": "1", "b": "2", "secret://x": "mine"]))
      // Other pages, another order of rows.
      try make(
        two,
        "PRAGMA page_size=1024;" + Self.table + more + insert(["secret://y": "else"])
          + insert(["b": "2"]) + insert(["a": "1"]))
      try make(
        other,
        Self.table + more.replacing("00ff", with: "00fe") + insert(["a": "1", "b": "2"]))
      let digest = try open(one) { try $0.sharedDigest() }
      #expect(try open(two) { try $0.sharedDigest() } == digest)
      #expect(try open(other) { try $0.sharedDigest() } != digest)
    }
  }

  @Test("U8: a database that was read through its log is read without one")
  func readsDatabaseInWalMode() async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.appending("state.vscdb")
      try make(
        path, "PRAGMA journal_mode=WAL;" + Self.table + insert(["secret://a": "1", "b": "2"]))
      try open(path, forWriting: true) {
        try $0.check()
        try $0.replaceOwnRows(by: nil)
      }
      #expect(try rows(of: path) == ["b=2"])
      #expect(try DirectoryListing.names(of: scratch) == ["state.vscdb"])
    }
  }

  @Test("U8: rows come to a database that has no table yet")
  func addsToNewDatabase() async throws {
    try await withScratchDirectory { scratch in
      let (new, mine) = (scratch.appending("new"), scratch.appending("mine"))
      try FileDescriptor.open(new, .writeOnly, options: .create, permissions: .ownerReadWrite)
        .close()
      try make(mine, Self.table + insert(["secret://a": "1", "b": "2"]))
      try open(mine) { mine in try open(new, forWriting: true) { try $0.replaceOwnRows(by: mine) } }
      #expect(try rows(of: new) == ["secret://a=1"])
    }
  }

  static let hostile = [
    "CREATE TABLE other (a)", "CREATE TABLE ItemTable (key TEXT PRIMARY KEY, value TEXT)",
    "CREATE VIEW ItemTable AS SELECT 1 AS key, 2 AS value",
    table + "CREATE TRIGGER t AFTER INSERT ON ItemTable BEGIN SELECT 1; END",
    table + "CREATE INDEX i ON ItemTable (abs(value))",
    table + "CREATE VIRTUAL TABLE v USING fts5(a)",
  ]

  @Test("U8: what is no state database is refused", arguments: hostile)
  func refusesOthers(sql: String) async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.appending("x")
      try make(path, sql)
      #expect(throws: StateDatabaseError.self) { try open(path) { try $0.check() } }
    }
  }

  @Test("U8: garbage and damaged databases are refused, and never written to")
  func refusesDamaged() async throws {
    try await withScratchDirectory { scratch in
      let (garbage, damaged) = (scratch.appending("garbage"), scratch.appending("damaged"))
      try Durable.replace(garbage, with: Array("this is no database".utf8))
      #expect(throws: StateDatabaseError.self) { try open(garbage) { try $0.check() } }
      try make(
        damaged,
        Self.table
          + insert(Dictionary(uniqueKeysWithValues: (0..<2000).map { ("k\($0)", "v\($0)") })))
      let file = try FileDescriptor.open(damaged, .readWrite)
      try file.closeAfter {
        _ = try file.writeAll(toAbsoluteOffset: 8192, [UInt8](repeating: 0xEE, count: 4096))
      }
      #expect(throws: StateDatabaseError.self) { try open(damaged) { try $0.check() } }
    }
  }

  @Test("U8: SQLite opens no other file for a database")
  func attachesNothing() async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.appending("x")
      try make(path, Self.table)
      let file = try FileDescriptor.open(path, .readWrite)
      try file.closeAfter {
        let connection = try SQLiteConnection(file, forWriting: true)
        for sql in [
          "ATTACH '\(scratch.appending("y"))' AS y", "SELECT load_extension('libm.so.6')",
          "VACUUM INTO '\(scratch.appending("y"))'", "PRAGMA writable_schema=ON; ",
        ] {
          _ = try? connection.run(sql)
        }
        #expect(throws: StateDatabaseError.self) {
          try connection.run("UPDATE sqlite_schema SET sql = ''")
        }
      }
      #expect(try DirectoryListing.names(of: scratch) == ["x"])
    }
  }
}
