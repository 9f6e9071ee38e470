import Btrfs
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import UserData

struct StateDatabaseTests {
  @Test(
    arguments: [
      ("/home/ada/.config/Code/User/globalStorage/state.vscdb", true),
      ("/home/ada/.config/Code - OSS/User/globalStorage/state.vscdb.backup", true),
      ("/home/ada/.var/app/x/config/VSCodium/User/globalStorage/state.vscdb", true),
      ("/home/ada/.vscode-shared/sharedStorage/state.vscdb", true),
      (
        "/home/ada/.config/Cursor/User/globalStorage/state.vscdb.pcs-conflict-vega-20251115T120000Z",
        true
      ),
      ("/home/ada/.config/Code/User/globalStorage/state.vscdb-wal", false),
      ("/home/ada/.config/Code/User/globalStorage/state.vscdb.corrupt", false),
      ("/home/ada/.config/Code/User/workspaceStorage/1/state.vscdb", false),
      ("/home/ada/backup/Code/User/globalStorage/state.vscdb", false),
      ("/home/ada/state.vscdb", false),
    ] as [(FilePath, Bool)])
  func knowsItsPlaces(path: FilePath, isOne: Bool) {
    #expect(StateDatabase.isOne(path) == isOne)
  }

  static let name: FilePath = "state.vscdb"

  /// A stage with the source's database, and the folder of the target before; makes both by SQL.
  struct Scene {
    let scratch: FilePath

    init(_ scratch: FilePath) async throws {
      self.scratch = scratch
      _ = try await shell("mkdir stage before work; chmod 700 work")
    }

    func shell(_ text: String) async throws -> String {
      let child = ChildProcess("sh", ["-euc", "cd \"$1\"; \(text)", "-", scratch.string])
      let (status, output, error) = try await child.capture()
      try #require(status == .exited(0), "\(text): \(String(decoding: error, as: UTF8.self))")
      return String(decoding: output, as: UTF8.self)
    }

    func make(_ place: String, _ rows: [String: String], _ more: String = "") async throws {
      let inserts = rows.sorted { $0.key < $1.key }
        .map { "INSERT INTO ItemTable VALUES ('\($0.key)', '\($0.value)');" }.joined()
      _ = try await shell(
        "sqlite3 \(place)/state.vscdb \"\(StateDatabase.table);\(inserts)\(more)\"")
    }

    func rows(_ place: String = "stage") async throws -> [String: String] {
      let text = try await shell(
        "sqlite3 \(place)/state.vscdb 'PRAGMA integrity_check; SELECT key, value FROM ItemTable'")
      let lines = text.split(separator: "\n")
      #expect(lines.first == "ok")
      return Dictionary(
        lines.dropFirst().map { line in
          let parts = line.split(separator: "|", omittingEmptySubsequences: false)
          return (String(parts[0]), String(parts[1]))
        }
      ) { _, last in last }
    }

    func merge(sent: Set<FilePath>? = nil) throws -> StateMerge.Outcome {
      let merge = StateMerge(
        "/home", StageTree(try Directory(scratch.appending("stage"))),
        before: EntryTree(try Directory(scratch.appending("before"))),
        in: try Directory(scratch.appending("work")))
      let outcome = Result {
        try merge.run(StateDatabaseTests.name, origin: StateDatabaseTests.name, sent: sent)
      }
      #expect(try Directory(scratch.appending("work")).entries().isEmpty)
      return try outcome.get()
    }
  }

  private static func withScene(_ body: (Scene) async throws -> Void) async throws {
    try await withScratchDirectory { try await body(try await Scene($0)) }
  }

  private static let source = [
    "theme": "dark", "secret://github": "S", "userDataSyncAccountPreference": "S",
    "ms.python-github-read:user": "S", "workbench.github-like": "kept",
  ]

  @Test("U8: each machine keeps its own rows of a state database", arguments: ["", "wal"])
  func keepsTheTargetsRows(mode: String) async throws {
    try await Self.withScene { scene in
      try await scene.make("stage", Self.source)
      try await scene.make(
        "before", ["theme": "light", "secret://github": "T", "secret://other": "T", "gone": "x"])
      if mode == "wal" {
        // The last rows are in the log alone, as of a program that runs.
        for place in ["stage", "before"] {
          _ = try await scene.shell(
            """
            cd \(place); cp state.vscdb new; printf '%s\n' 'PRAGMA journal_mode = WAL;' \
              'PRAGMA wal_autocheckpoint = 0;' "INSERT INTO ItemTable VALUES ('secret://log', '\(place)');" \
              "INSERT INTO ItemTable VALUES ('in-log', '\(place)');" \
              '.system cp new-wal state.vscdb-wal' '.system cp new state.vscdb' |
              sqlite3 new >/dev/null; rm -f new*
            """)
        }
      }
      _ = try await scene.shell(
        "chmod 640 stage/state.vscdb; touch -d 2020-01-02 stage/state.vscdb stage")
      #expect(try scene.merge() == .merged)
      let listing = try await scene.shell("cd stage; ls; stat -c '%a %Y' state.vscdb; stat -c %Y .")
      #expect(listing.hasPrefix("state.vscdb\n640 "))
      #expect(Set(listing.split(whereSeparator: \.isWhitespace).suffix(2)).count == 1)
      // Neither row of the source is anywhere in the file.
      var wanted = [
        "theme": "dark", "secret://github": "T", "secret://other": "T",
        "workbench.github-like": "kept",
      ]
      if mode == "wal" {
        wanted["secret://log"] = "before"
        wanted["in-log"] = "stage"
      }
      #expect(try await scene.rows() == wanted)
    }
  }

  @Test("U8: a log of the target's own is not taken for the source's")
  func dropsTheTargetsLog() async throws {
    try await Self.withScene { scene in
      try await scene.make("before", ["theme": "light", "secret://x": "T"])
      _ = try await scene.shell(
        """
        cd before; sqlite3 state.vscdb 'PRAGMA journal_mode = WAL' >/dev/null; cp state.vscdb new
        printf '%s\n' 'PRAGMA wal_autocheckpoint = 0;' "UPDATE ItemTable SET value = 'old' WHERE key = 'theme';" \
          '.system cp new-wal state.vscdb-wal' | sqlite3 new >/dev/null; rm -f new* *-shm
        cp state.vscdb-wal ../stage
        """)
      try await scene.make("work", ["theme": "dark", "secret://x": "S"])
      _ = try await scene.shell("mv work/state.vscdb stage")
      #expect(try scene.merge(sent: [Self.name]) == .merged)
      #expect(try await scene.shell("ls stage") == "state.vscdb\n")
      #expect(try await scene.rows() == ["theme": "dark", "secret://x": "T"])
    }
  }

  @Test func leavesTheSourcesRowsBehind() async throws {
    try await Self.withScene { scene in
      try await scene.make("stage", ["secret://x": "OnlyOnTheSource", "theme": "dark"])
      #expect(try scene.merge() == .merged)
      #expect(try await scene.rows() == ["theme": "dark"])
      let found = try await scene.shell("grep -c OnlyOnTheSource stage/state.vscdb || true")
      #expect(found == "0\n")
    }
  }

  @Test func touchesNothingWhereNobodyHasSuchRows() async throws {
    try await Self.withScene { scene in
      try await scene.make("stage", ["theme": "dark"])
      try await scene.make("before", ["theme": "light"])
      let sum = try await scene.shell("sha256sum stage/state.vscdb; stat -c %i stage/state.vscdb")
      #expect(try scene.merge() == .unchanged)
      #expect(
        try await scene.shell("sha256sum stage/state.vscdb; stat -c %i stage/state.vscdb") == sum)
    }
  }

  /// What makes a database one that is left as it is: SQL, or a command in the stage.
  static let hostile: [(sql: String, command: String)] = [
    ("", "printf 'no database' >state.vscdb"),
    ("", "truncate -s 4096 state.vscdb"),
    (
      "",
      "printf 'garbage' | dd of=state.vscdb bs=1 seek=4096 conv=notrunc status=none; "
        + "head -c 4000 /dev/urandom | dd of=state.vscdb bs=1 seek=4100 conv=notrunc status=none"
    ),
    ("", "ln state.vscdb other"),
    ("", "printf '\\331\\325\\005\\371\\040\\241\\143\\327 rest' >state.vscdb-journal"),
    ("", "rm -f state.vscdb-wal; ln -s /etc/passwd state.vscdb-wal"),
    ("CREATE INDEX i ON ItemTable (hex(zeroblob(1000000000)));", ":"),
    ("CREATE TRIGGER t AFTER DELETE ON ItemTable BEGIN DELETE FROM ItemTable; END;", ":"),
    ("DROP TABLE ItemTable; CREATE VIEW ItemTable AS SELECT 'secret://x' AS key, 1 AS value;", ":"),
    ("DROP TABLE ItemTable; CREATE TABLE ItemTable (key, value CHECK (length(value) < 9));", ":"),
  ]

  @Test("U8: a database that cannot be merged stays as it is", arguments: hostile.indices)
  func leavesWhatIsNotTrusted(index: Int) async throws {
    try await Self.withScene { scene in
      let each = Self.hostile[index]
      var rows = Self.source
      if each.sql.contains("zeroblob") { rows = [:] }
      try await scene.make("stage", rows, each.sql)
      _ = try await scene.shell("cd stage; \(each.command)")
      try await scene.make("before", ["theme": "light", "secret://github": "T"])
      #expect(throws: StateDatabaseError.self) { try scene.merge() }
      #expect(try await scene.rows() == ["theme": "light", "secret://github": "T"])
      #expect(try await scene.shell("ls stage | grep -v other") == "state.vscdb\n")
    }
  }

  @Test func leavesOutWhatIsNewAndCannotBeMerged() async throws {
    try await Self.withScene { scene in
      _ = try await scene.shell("echo text >stage/state.vscdb")
      #expect(throws: StateDatabaseError.self) { try scene.merge() }
      #expect(try await scene.shell("ls stage").isEmpty)
    }
  }

  @Test func aLinkIsNotFollowed() async throws {
    try await Self.withScene { scene in
      try await scene.make("before", ["secret://x": "T"])
      _ = try await scene.shell("ln -s ../before/state.vscdb stage/state.vscdb")
      #expect(try scene.merge() == .unchanged)
      #expect(try await scene.shell("readlink stage/state.vscdb") == "../before/state.vscdb\n")
    }
  }

  @Test func sendsDatabasesWhole() {
    let folder: FilePath = "/home"
    let place: FilePath = "ada/.config/Code/User/globalStorage"
    func entry(_ inode: UInt64) -> Entry {
      Entry(
        kind: .file,
        attributes: EntryAttributes(
          permissions: 0o600, owner: 1, group: 1,
          modified: FileTime(seconds: 0, nanoseconds: 0), extended: []),
        size: 1, allocated: 1, linkTarget: [], device: 0, inode: inode, links: 1,
        changed: FileTime(seconds: 0, nanoseconds: 0))
    }
    let database = place.appending("state.vscdb")
    let log = place.appending("state.vscdb-wal")
    var plan = MirrorPlan()
    plan.settings = [MirrorPlan.Setting(path: log, entry: entry(2), hasContent: true)]
    let here = [database: entry(1), log: entry(2)]
    plan.completeStateDatabases(in: folder) { here[$0] }
    #expect(plan.settings.map(\.path) == [database, log])
    #expect(plan.settings.map(\.hasContent) == [true, true])
  }
}
