import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit

/// Files that belong together are brought into the live tree together, or not at all.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct UnitCommitTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var live = "db old >app.db; echo old >app.db-wal"
    var stage = "db new >app.db; echo new >app.db-wal"
    /// What a program of the target does while the sync runs.
    let meanwhile: String
    /// What the live tree holds in the end.
    let found: String
  }

  private static let database = "db() { printf 'SQLite format 3\\0%s\\n' $1; };"

  static let cases = [
    Case(testDescription: "nothing", meanwhile: ":", found: "app.db new app.db-wal new"),
    Case(
      testDescription: "a log changed", meanwhile: "echo mine >>app.db-wal",
      found: "app.db old app.db-wal old mine"),
    Case(
      testDescription: "the database changed", meanwhile: "db mine >app.db",
      found: "app.db mine app.db-wal old"),
    Case(
      testDescription: "a log came", live: "db old >app.db", stage: "db new >app.db",
      meanwhile: "echo mine >app.db-wal", found: "app.db old app.db-wal mine"),
    Case(
      testDescription: "a journal came", live: "db old >app.db", stage: "db new >app.db",
      meanwhile: "echo mine >app.db-journal", found: "app.db old app.db-journal mine"),
    Case(
      testDescription: "a log went", meanwhile: "rm app.db-wal", found: "app.db old"),
    Case(
      testDescription: "a log that shall go changed", stage: "db new >app.db; rm app.db-wal",
      meanwhile: "echo mine >>app.db-wal", found: "app.db old app.db-wal old mine"),
    Case(
      testDescription: "a log that shall go", stage: "db new >app.db; rm app.db-wal",
      meanwhile: ":", found: "app.db new"),
    Case(
      testDescription: "a journal of a text", live: "echo old >app.db; echo old >app.db-journal",
      stage: "echo new >app.db; echo new >app.db-journal", meanwhile: "echo mine >app.db-journal",
      found: "app.db new app.db-journal mine"),
    Case(
      testDescription: "a store",
      live: "for i in CURRENT MANIFEST-1 1.ldb LOG; do echo old >$i; done",
      stage: "for i in CURRENT 1.ldb; do echo new >$i; done; mv MANIFEST-1 MANIFEST-2",
      meanwhile: "echo mine >LOG",
      found: "1.ldb old CURRENT old LOG mine MANIFEST-1 old"),
  ]

  /// The lock on a database keeps our own `open(2)` out as well.
  @Test(arguments: [
    "chmod 600 app.db; chattr +d app.db; db new >app.db-wal", "chattr +d app.db; rm app.db-wal",
    "mv app.db other.db; chattr +d other.db; rm app.db-wal", "chattr +d empty; ln empty second",
  ])
  func changesAttributesOfADatabase(stage: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      let live = "db old >app.db; echo old >app.db-wal; >empty"
      try await scene.run(live: Self.database + live, stage: Self.database + stage)
      #expect(scene.undone == [])
      #expect(try scene.differences() == [])
    }
  }

  @Test(arguments: cases, [false, true])
  func u3BringsAllOrNothing(_ test: Case, isPlanned: Bool) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await scene.run(
        live: Self.database + test.live, stage: Self.database + test.stage,
        meanwhile: Self.database + test.meanwhile, isPlanned: isPlanned)
      #expect(try await Self.found(scene) == test.found)
      #expect(scene.undone.isEmpty == (test.meanwhile == ":"))
    }
  }

  private static func found(_ scene: CommitScene) async throws -> String {
    try await scene.btrfs.sh(
      """
      for name in *; do echo $name; tr -d '\\0' <$name | sed 's/SQLite format 3//'; done |
        paste -sd' '; ! ls -A | grep pcs
      """, in: scene.live.root)
  }

  /// A program that has a database open, as Python opens it, and has read from it.
  static let readers = [
    "sqlite3.connect('app.db')", "sqlite3.connect('file:app.db?mode=ro', uri=True)",
  ]

  @Test(arguments: readers, ["WAL", "DELETE"])
  func u3LeavesADatabaseThatAProgramReads(_ connect: String, mode: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await scene.btrfs.sh(
        """
        sqlite3 -batch app.db 'PRAGMA journal_mode = \(mode)' 'CREATE TABLE t (x)' \
          'INSERT INTO t VALUES (1), (2)'
        """, in: scene.live.root)
      try scene.takeSnapshots()
      try await scene.btrfs.sh(
        "sqlite3 -batch app.db 'INSERT INTO t VALUES (3)'", in: scene.stage.root)
      let pid = try await scene.btrfs.sh(
        """
        mkfifo ../ready; cat >../hold.py <<'END'
        import os, signal, sqlite3
        connection = \(connect)
        connection.isolation_level = None
        connection.execute("BEGIN")
        rows = connection.execute("SELECT * FROM t")
        rows.fetchone()
        with open("../ready", "w") as ready: ready.write(str(os.getpid()))
        signal.pause()
        END
        setsid python3 ../hold.py >/dev/null 2>&1 </dev/null & timeout 30 cat ../ready
        """, in: scene.live.root)
      try scene.commit()
      try await scene.btrfs.sh("kill -KILL \(pid)", in: scene.live.root)
      let count = try await scene.btrfs.sh(
        "sqlite3 -batch app.db 'SELECT count(*) FROM t'", in: scene.live.root)
      #expect(count == "2")
      #expect(scene.undone.contains { $0.contains("app.db") })
    }
  }
}
