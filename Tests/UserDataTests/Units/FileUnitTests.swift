import PCSCore
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

struct FileUnitTests {
  @Test(
    arguments: [
      ("app.db-wal", "app.db"), ("d/app.db-shm", "d/app.db"), ("x-journal", "x"),
      ("app.db", nil), ("-wal", nil), ("d/-journal", nil), ("app.db-wal2", nil), ("", nil),
      ("a-wal-shm", "a-wal"),
    ] as [(FilePath, FilePath?)])
  func knowsTheDatabaseOfACompanion(path: FilePath, database: FilePath?) {
    #expect(SQLiteFiles.database(of: path) == database)
  }

  /// The kernel refuses to look for a longer name, which is no reason to leave the file.
  @Test(arguments: [(247, 3), (248, 2), (251, 2), (252, 0), (255, 0)])
  func looksForNoCompanionThatNoFileCanBe(length: Int, count: Int) {
    let name = FilePath(bytes: Array(repeating: 0xFF, count: length))
    #expect(SQLiteFiles.companions(of: FilePath("d").pushing(name)).count == count)
  }

  @Test(
    arguments: [
      ([], true), (Array("SQLite format 3\0".utf8), true), (Array("SQLite format 2\0".utf8), false),
      (Array("SQLite".utf8), false), ([0], false),
    ] as [([UInt8], Bool)])
  func knowsADatabaseByItsFirstBytes(head: [UInt8], isDatabase: Bool) {
    #expect(SQLiteFiles.isDatabase(head: head) == isDatabase)
  }

  @Test(
    arguments: [
      (["CURRENT", "MANIFEST-000001", "000003.log"], true), (["CURRENT", "000003.log"], false),
      (["MANIFEST-000001"], false), (["current", "MANIFEST-1"], false), ([], false),
    ] as [([FilePath], Bool)])
  func knowsAStoreByItsNames(names: [FilePath], isStore: Bool) {
    #expect(FileUnit.isStore(names) == isStore)
  }

  @Test func namesEveryFileOfACopyAfterTheCopy() {
    let database = FileUnit(.sqlite, anchor: "d/a", members: ["d/a-wal", "other"])
    #expect(database.name(of: "d/a", in: "d/a.copy") == "d/a.copy")
    #expect(database.name(of: "d/a-wal", in: "d/a.copy") == "d/a.copy-wal")
    #expect(database.name(of: "other", in: "d/a.copy") == nil)
    let store = FileUnit(.store, anchor: "d/CURRENT", members: ["d/1.ldb"])
    #expect(store.subject == "d")
    #expect(store.name(of: "d/1.ldb", in: "d.copy") == "d.copy/1.ldb")
  }

  @Test func leavesAPathInTheUnitThatItCameToFirst() {
    let units = FileUnits([
      FileUnit(.sqlite, anchor: "a", members: ["a-wal"]),
      FileUnit(.sqlite, anchor: "b", members: ["a-wal", "b-wal"]),
    ])
    #expect(units.unit(of: "a-wal")?.anchor == "a")
    #expect(units.unit(of: "b")?.members == ["b", "b-wal"])
    #expect(units.unit(of: "c") == nil)
  }

  @Test(arguments: [
    "x.pcs-conflict-vega-20251115T120000Z", "x.pcs-conflict-vega-20251115T120000Z-wal",
  ])
  func knowsTheCopyOfADatabase(name: FilePath) {
    #expect(ConflictCopy.isConflictCopy(name))
  }
}
