import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// What a program finds that opens a database while a commit replaces it.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct CommitDatabaseTests {
  typealias Scene = CommitRecoveryTests

  /// On the target two rows in the database and one in its log, on the source four and no log.
  private static let make = """
    for name in @home pre stage copy; do
      test ! -e $name || { btrfs property set $name ro false; btrfs -q subvolume delete $name; }
    done
    rm -rf lib; mkdir lib; btrfs -q subvolume create @home; cd @home
    sqlite3 -batch app.db 'PRAGMA journal_mode = WAL' 'CREATE TABLE t (x)' \
      'INSERT INTO t VALUES (1), (2)' >/dev/null
    python3 - <<'END'
    import os, sqlite3
    database = sqlite3.connect("app.db")
    database.execute("INSERT INTO t VALUES (3)")
    database.commit()
    os._exit(0)
    END
    test -s app.db-wal
    cd ..; btrfs -q subvolume snapshot -r @home pre; btrfs -q subvolume snapshot pre stage; cd stage
    sqlite3 -batch app.db 'INSERT INTO t VALUES (4)' 'PRAGMA journal_mode = DELETE' >/dev/null
    cd ..; btrfs property set stage ro true; btrfs -q subvolume snapshot -r stage copy
    """

  /// The program: it opens the database once the log has been taken away.
  private static let program = """
    import glob, sqlite3, time
    while not any(".pcs-commit-" in name for name in glob.glob(".pcs-commit-*/old-*")):
        time.sleep(0.005)
    time.sleep(0.5)
    database = sqlite3.connect("app.db", timeout=20)
    print(database.execute("SELECT count(*) FROM t").fetchone()[0])
    database.execute("INSERT INTO t VALUES ('mine')")
    database.commit()
    """

  @Test("U3: who opens a database in the moment of its exchange finds it with its log")
  func opensInTheMoment() async throws {
    try await ScratchBtrfs.with { btrfs in
      let home = btrfs.topLevel.appending("@home")
      let exchange = try await Self.exchange(btrfs)
      try await btrfs.sh(Self.make, in: btrfs.topLevel)
      let seen = Task {
        try await btrfs.sh("timeout 60 python3 - <<'END'\n\(Self.program)\nEND", in: home)
      }
      let done = try await Scene.isolated(
        btrfs,
        ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=renameat2", "-e"]
          + ["inject=renameat2:delay_enter=3000000:when=\(exchange)", Scene.module, "commit"],
        input: try Scene.document(btrfs))
      #expect(try await seen.value == "3")
      #expect(done.logs.contains { $0.message.contains("/app.db alone") }, "\(done.output)")
      let rows = try await btrfs.sh(
        "sqlite3 -batch app.db 'PRAGMA integrity_check' 'SELECT * FROM t' | paste -sd' '; ls -A",
        in: home)
      #expect(rows == "ok 1 2 3 mine\napp.db")
    }
  }

  @Test("U3: a database that nobody has open is replaced with its log")
  func replacesAClosedOne() async throws {
    try await ScratchBtrfs.with { btrfs in
      _ = try await Self.exchange(btrfs)
      let home = btrfs.topLevel.appending("@home")
      let rows = try await btrfs.sh(
        "sqlite3 -batch app.db 'SELECT * FROM t' | paste -sd' '; ls -A", in: home)
      #expect(rows == "1 2 3 4\napp.db")
    }
  }

  @Test(
    "I3 U3: a commit that is killed between a log and its database is completed", arguments: 1...6)
  func killedBetween(number: Int) async throws {
    try await ScratchBtrfs.with { btrfs in
      for isPlanned in [false, true] {
        try await btrfs.sh(Self.make, in: btrfs.topLevel)
        _ = try await Scene.commit(btrfs, killedAt: ("renameat2", number), isPlanned: isPlanned)
        let recovered = try await Scene.isolated(btrfs, [Scene.module, "recover"])
        #expect(recovered.status == 0, "\(recovered.output)")
        #expect(!Scene.waits(btrfs))
        // Killed before its journal a commit has changed nothing.
        let rows = try await btrfs.sh(
          "sqlite3 -batch app.db 'PRAGMA integrity_check' 'SELECT * FROM t' | paste -sd' '; ls -A",
          in: btrfs.topLevel.appending("@home"))
        #expect(["ok 1 2 3 4\napp.db", "ok 1 2 3\napp.db"].contains(rows))
      }
    }
  }

  /// Commits undisturbed; returns the number of the call that exchanges the database.
  private static func exchange(_ btrfs: ScratchBtrfs) async throws -> Int {
    try await btrfs.sh(Self.make, in: btrfs.topLevel)
    let calls = btrfs.topLevel.appending("calls")
    let done = try await Scene.isolated(
      btrfs,
      [
        "strace", "-f", "-qqq", "-o", calls.string, "-e", "trace=renameat2", Scene.module, "commit",
      ],
      input: try Scene.document(btrfs))
    #expect(done.status == 0, "\(done.output)")
    let lines = String(decoding: try FileContent.read(calls), as: UTF8.self)
      .split(separator: "\n").filter { $0.contains("renameat2(") }
    let index = lines.firstIndex { $0.contains("RENAME_EXCHANGE") }
    return try #require(index) + 1
  }
}
