import FileTrees
import Glibc
import LiveCommit
import PCSCore
import PCSTestSupport
import SyncFilter
import SystemPackage
import Testing

@testable import UserData

/// What becomes of files that belong together, on two real trees.
struct UnitPlanTests {
  private static let database = Array("SQLite format 3\0 and pages".utf8)

  /// Two trees, of which the target's files are all changed there unless they are equal.
  private struct Scene {
    let root: FilePath
    var rules: [String] = []
    var conflicts: [ConflictRule] = []

    func make(_ machine: FilePath, _ files: [FilePath: [UInt8]]) throws {
      for (path, content) in files {
        let file = root.pushing(machine).pushing(path)
        var directory = root
        for component in machine.pushing(path).removingLastComponent().components {
          directory.append(component)
          if directory.withPlatformString({ mkdir($0, 0o755) }) != 0, errno != EEXIST {
            throw Errno(rawValue: errno)
          }
        }
        let descriptor = try FileDescriptor.open(
          file, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
        try descriptor.closeAfter { _ = try descriptor.writeAll(content) }
      }
    }

    /// The plan where `changedHere` are this machine's changes since the base, and `changedThere`
    /// the target's.
    func plan(
      changedHere: Set<FilePath>, changedThere: Set<FilePath>, use: Preference
    ) throws -> MirrorPlan {
      var settings = try UserDataSettings([:])
      settings.exclude = rules
      let list = FilterList(folder: "/home", exceptions: [], user: UserRules(settings))
      let (here, there) = (
        EntryTree(try Directory(root.appending("here"))),
        EntryTree(try Directory(root.appending("there")))
      )
      let filtered = FilteredTree(here, Filter(list) { _ in nil })
      var candidates: [FilePath: Candidate] = [:]
      for path in changedHere.union(changedThere) where try filtered.includes(path, false) {
        candidates[path] = Candidate(
          isChangedHere: changedHere.contains(path), hasContent: true,
          there: changedThere.contains(path)
            ? Candidate.There(entry: try there.entry(at: path), isChanged: true) : nil)
      }
      var grouping = try UnitGrouping(candidates, here: filtered)
      var found: [FilePath: Entry] = [:]
      try UnitRequest.answer(grouping.databases, grouping.stores, there) { reply in
        if case .sought(let path, let entry) = reply { found[path] = entry }
      }
      try grouping.add(there: found)
      grouping.finish()
      var planner = Planner(
        rules: ConflictRules(user: conflicts, last: use), entryHere: { try filtered.entry(at: $0) },
        isSameContent: { _ in false }, units: grouping.units,
        copyName: { path, isTarget, _ in
          FilePath(path.string + (isTarget ? ".of-target" : ".of-source"))
        })
      return try planner.plan(grouping.candidates, renames: [])
    }
  }

  private func scene(
    here: [FilePath: [UInt8]], there: [FilePath: [UInt8]],
    _ body: (inout Scene) throws -> Void
  ) async throws {
    try await withScratchDirectory { scratch in
      var scene = Scene(root: scratch)
      try scene.make("here", here.merging(["keep": []]) { $1 })
      try scene.make("there", there.merging(["keep": []]) { $1 })
      try body(&scene)
    }
  }

  /// The source has checkpointed its database, the target has a log of its own.
  private func checkpointed(_ body: (inout Scene) throws -> Void) async throws {
    try await scene(
      here: ["app.db": Self.database], there: ["app.db": Self.database, "app.db-wal": [1, 2]], body)
  }

  @Test func u3LeavesTheWholeDatabaseToTheTarget() async throws {
    try await checkpointed { scene in
      let plan = try scene.plan(
        changedHere: ["app.db"], changedThere: ["app.db-wal"], use: .target)
      #expect(plan.clashes.map(\.path) == ["app.db"])
      #expect(plan.left == ["app.db", "app.db-wal"])
      #expect(plan.changes.settings.isEmpty && plan.changes.deletions.isEmpty)
      #expect(plan.sent == [FolderChanges.Copy(path: "app.db", copy: "app.db.of-source")])
    }
  }

  @Test func u3TakesTheWholeDatabaseOfTheSourceAndKeepsTheWholeOther() async throws {
    try await checkpointed { scene in
      let plan = try scene.plan(
        changedHere: ["app.db"], changedThere: ["app.db-wal"], use: .source)
      #expect(plan.changes.settings.map(\.path) == ["app.db"])
      #expect(plan.changes.deletions == ["app.db-wal"])
      #expect(
        plan.changes.kept == [
          FolderChanges.Copy(path: "app.db", copy: "app.db.of-target"),
          FolderChanges.Copy(path: "app.db-wal", copy: "app.db.of-target-wal"),
        ])
    }
  }

  @Test func u3StopsOnceForAllFilesOfADatabase() async throws {
    try await checkpointed { scene in
      let plan = try scene.plan(
        changedHere: ["app.db"], changedThere: ["app.db", "app.db-wal"], use: .stop)
      #expect(plan.clashes.map(\.path) == ["app.db"])
      #expect(plan.isEmpty)
    }
  }

  @Test func u3LetsTheRuleOfTheDatabaseDecideAConflict() async throws {
    try await checkpointed { scene in
      scene.conflicts = [
        ConflictRule(pattern: "*-wal", use: .source), ConflictRule(pattern: "*.db", use: .target),
      ]
      let plan = try scene.plan(changedHere: ["app.db"], changedThere: ["app.db-wal"], use: .stop)
      #expect(plan.clashes.map(\.use) == [.target])
      #expect(plan.changes.settings.isEmpty && plan.changes.deletions.isEmpty)
    }
  }

  @Test func u3KeepsACompanionThatOnlyTheBaseTells() async throws {
    try await scene(
      here: ["app.db": Self.database], there: ["app.db": Self.database, "app.db-wal": [1]]
    ) { scene in
      let plan = try scene.plan(
        changedHere: ["app.db-wal"], changedThere: ["app.db"], use: .source)
      #expect(plan.changes.kept.map(\.path) == ["app.db", "app.db-wal"])
      #expect(plan.changes.deletions == ["app.db-wal"])
    }
  }

  @Test(arguments: ["*-wal", "*-journal", "app.db?*"])
  func u3SendsACompanionWithItsDatabaseWhateverFitsIt(rule: String) async throws {
    try await scene(
      here: ["app.db": Self.database, "app.db-wal": [1], "app.db-journal": [1]], there: [:]
    ) { scene in
      scene.rules = [rule]
      let plan = try scene.plan(
        changedHere: ["app.db", "app.db-wal", "app.db-journal"], changedThere: [], use: .stop)
      #expect(plan.changes.settings.map(\.path) == ["app.db", "app.db-journal", "app.db-wal"])
    }
  }

  @Test func u3LeavesACompanionOutWithItsDatabase() async throws {
    try await scene(here: ["app.db": Self.database, "app.db-wal": [1]], there: [:]) { scene in
      scene.rules = ["*.db"]
      let plan = try scene.plan(
        changedHere: ["app.db", "app.db-wal"], changedThere: [], use: .stop)
      #expect(plan.isEmpty)
    }
  }

  @Test func u3JudgesFilesThatOnlyLookLikeCompanionsByTheirOwnRules() async throws {
    try await scene(here: ["trip": Array("a text".utf8), "trip-journal": [1]], there: [:]) {
      scene in
      scene.rules = ["*-journal"]
      let plan = try scene.plan(
        changedHere: ["trip", "trip-journal"], changedThere: [], use: .stop)
      #expect(plan.changes.settings.map(\.path) == ["trip"])
    }
  }

  @Test func u3JudgesDatabasesOfTheTargetAloneByTheirOwnRule() async throws {
    let files: [FilePath: [UInt8]] = ["app.db": Self.database, "app.db-wal": [1]]
    try await scene(here: [:], there: files) { scene in
      scene.rules = ["*-wal"]
      let plan = try scene.plan(
        changedHere: [], changedThere: ["app.db", "app.db-wal"], use: .source)
      #expect(plan.clashes.map(\.path) == ["app.db"])
      #expect(Set(plan.changes.deletions) == ["app.db", "app.db-wal"])
      #expect(plan.changes.kept.map(\.path) == ["app.db", "app.db-wal"])
    }
    try await scene(here: [:], there: files) { scene in
      scene.rules = ["*.db"]
      let plan = try scene.plan(
        changedHere: [], changedThere: ["app.db", "app.db-wal"], use: .source)
      #expect(plan.isEmpty && plan.clashes.isEmpty)
    }
  }

  @Test func u3TakesNoReaderOfADatabaseForAChange() async throws {
    try await scene(
      here: ["app.db": Self.database],
      there: ["app.db": Self.database, "app.db-wal": [], "app.db-shm": [7]]
    ) { scene in
      let plan = try scene.plan(
        changedHere: ["app.db"], changedThere: ["app.db-wal", "app.db-shm"], use: .stop)
      #expect(plan.clashes.isEmpty)
      #expect(plan.changes.settings.map(\.path) == ["app.db"])
      #expect(Set(plan.changes.deletions) == ["app.db-wal", "app.db-shm"])
    }
  }

  @Test func u3DecidesAStoreAsOne() async throws {
    let here: [FilePath: [UInt8]] = [
      "s/CURRENT": [1], "s/MANIFEST-000002": [2], "s/000005.ldb": [3], "s/LOG": [4],
    ]
    let there: [FilePath: [UInt8]] = [
      "s/CURRENT": [1], "s/MANIFEST-000002": [9, 9], "s/000007.ldb": [3], "s/LOG": [4],
    ]
    try await scene(here: here, there: there) { scene in
      scene.conflicts = [
        ConflictRule(pattern: "*.ldb", use: .source),
        ConflictRule(pattern: "CURRENT", use: .target),
      ]
      let target = try scene.plan(
        changedHere: ["s/MANIFEST-000002", "s/000005.ldb"],
        changedThere: ["s/MANIFEST-000002", "s/000007.ldb"], use: .stop)
      #expect(target.clashes.map(\.path) == ["s/CURRENT"])
      #expect(target.changes.settings.isEmpty && target.changes.deletions.isEmpty)
      #expect(
        target.sent.map(\.copy) == [
          "s.of-source", "s.of-source/000005.ldb", "s.of-source/CURRENT", "s.of-source/LOG",
          "s.of-source/MANIFEST-000002",
        ])
      scene.conflicts = []
      let source = try scene.plan(
        changedHere: ["s/MANIFEST-000002", "s/000005.ldb"],
        changedThere: ["s/MANIFEST-000002", "s/000007.ldb"], use: .source)
      #expect(source.changes.deletions == ["s/000007.ldb"])
      #expect(
        source.changes.settings.map(\.path) == ["s.of-target", "s/000005.ldb", "s/MANIFEST-000002"])
      #expect(source.changes.kept.map(\.copy).contains("s.of-target/CURRENT"))
    }
  }
}
