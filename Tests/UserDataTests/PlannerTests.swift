import FileTrees
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

struct PlannerTests {
  /// A file with a content of this many bytes.
  private static func file(_ size: UInt64, mode: UInt32 = 0o644, at time: Int64 = 1) -> Entry {
    Entry(
      kind: .file,
      attributes: EntryAttributes(
        permissions: mode, owner: 1000, group: 1000,
        modified: FileTime(seconds: time, nanoseconds: 0)),
      size: size, inode: 300, changed: FileTime(seconds: time, nanoseconds: 0))
  }

  private static func directory() -> Entry {
    var entry = file(0, mode: 0o755)
    entry.kind = .directory
    return entry
  }

  private func plan(
    _ candidates: [FilePath: Candidate], here: [FilePath: Entry], use: Preference = .stop,
    rules: [ConflictRule] = [], same: Set<FilePath> = []
  ) throws -> MirrorPlan {
    var planner = Planner(
      rules: ConflictRules(user: rules, last: use), entryHere: { here[$0] },
      isSameContent: { same.contains($0) },
      copyName: { path, isTarget, number in
        FilePath(path.string + (isTarget ? ".of-target" : ".of-source") + (number > 0 ? "2" : ""))
      })
    return try planner.plan(candidates, renames: [])
  }

  private func changed(_ entry: Entry?, here: Bool = false) -> Candidate {
    Candidate(
      isChangedHere: here, hasContent: true,
      there: Candidate.There(entry: entry, isChanged: true))
  }

  @Test func bringsOverWhatChangedHere() throws {
    let plan = try plan(
      [
        "new": Candidate(isChangedHere: true, hasContent: true),
        "mode": Candidate(isChangedHere: true), "gone": Candidate(isChangedHere: true),
      ],
      here: ["new": Self.file(5), "mode": Self.file(7, mode: 0o600)])
    #expect(plan.changes.deletions == ["gone"])
    #expect(plan.changes.settings.map(\.path) == ["mode", "new"])
    #expect(plan.changes.settings.map(\.hasContent) == [false, true])
    #expect(plan.clashes.isEmpty)
  }

  @Test(arguments: [(5, 8, 4096), (5000, 8192, 8192), (1 << 40, 12288, 12288), (0, 0, 0)])
  func needsNoRoomForHoles(size: UInt64, allocated: UInt64, bytes: UInt64) throws {
    var entry = Self.file(size)
    entry.allocated = allocated
    let plan = try plan(
      ["f": Candidate(isChangedHere: true, hasContent: true)], here: ["f": entry])
    #expect(plan.bytes == bytes)
  }

  @Test func deletesWhatIsInADirectoryBeforeTheDirectory() throws {
    let gone = Candidate(isChangedHere: true)
    let plan = try plan(["d": gone, "d/e": gone, "d/e/f": gone], here: [:])
    #expect(plan.changes.deletions == ["d/e/f", "d/e", "d"])
  }

  @Test func dropsWhatIsEqualOnBoth() throws {
    let plan = try plan(
      ["f": changed(Self.file(5), here: true), "gone": changed(nil, here: true)],
      here: ["f": Self.file(5)], same: ["f"])
    #expect(plan == MirrorPlan())
  }

  @Test func setsNothingButTheTimeWhereOnlyThatDiffers() throws {
    let plan = try plan(["f": changed(Self.file(5, at: 9))], here: ["f": Self.file(5)], same: ["f"])
    #expect(plan.changes.settings.map(\.hasContent) == [false])
    #expect(plan.clashes.isEmpty)
  }

  @Test(
    arguments: [
      ("changed on both", 5, 6, true, "changed", "changed"),
      ("changed there alone", 5, 6, false, "unchanged", "changed"),
      ("deleted there alone", 5, nil, false, "unchanged", "deleted"),
      ("new there", nil, 6, false, "unchanged", "changed"),
      ("deleted here, changed there", nil, 6, true, "deleted", "changed"),
    ] as [(String, UInt64?, UInt64?, Bool, String, String)])
  func stopsAtWhatSomebodyChangedThere(
    case name: String, here: UInt64?, there: UInt64?, isChangedHere: Bool, source: String,
    target: String
  ) throws {
    let plan = try plan(
      ["f": changed(there.map { Self.file($0) }, here: isChangedHere)],
      here: here.map { ["f": Self.file($0)] } ?? [:])
    #expect(plan.stops)
    #expect(plan.clashes.map(\.here) == [source])
    #expect(plan.clashes.map(\.there) == [target])
    #expect(plan.isEmpty)
  }

  @Test func keepsTheVersionThatLoses() throws {
    let clash: [FilePath: Candidate] = ["f": changed(Self.file(6, at: 2), here: true)]
    let here: [FilePath: Entry] = ["f": Self.file(5, at: 1)]
    let source = try plan(clash, here: here, use: .source)
    #expect(source.changes.kept == [FolderChanges.Copy(path: "f", copy: "f.of-target")])
    #expect(source.changes.settings.map(\.path) == ["f"])
    let target = try plan(clash, here: here, use: .target)
    #expect(target.sent == [FolderChanges.Copy(path: "f", copy: "f.of-source")])
    #expect(target.changes.settings.isEmpty)
    #expect(target.left == ["f"])
    let newer = try plan(clash, here: here, use: .newer)
    #expect(newer.clashes.map(\.use) == [.target])
  }

  @Test func letsSessionStateGoWithTheSourceAndKeepsNoCopyOfIt() throws {
    let plan = try plan(
      ["ada/.bash_history": changed(Self.file(6), here: true)],
      here: ["ada/.bash_history": Self.file(5)])
    #expect(!plan.stops)
    #expect(plan.changes.kept.isEmpty)
    #expect(plan.changes.settings.map(\.path) == ["ada/.bash_history"])
  }

  @Test func leavesADirectoryInWhichSomethingStays() throws {
    let plan = try plan(
      ["d": Candidate(isChangedHere: true), "d/f": changed(Self.file(3))], here: [:],
      use: .target)
    #expect(plan.changes.deletions.isEmpty)
    #expect(plan.left == ["d/f"])
    #expect(plan.keptDirectories == ["d"])
  }

  @Test func putsAWholeDirectoryAsideWhereAFileTakesItsPlace() throws {
    let plan = try plan(
      ["d": changed(Self.directory(), here: true), "d/f": changed(Self.file(3))],
      here: ["d": Self.file(1)], use: .source)
    #expect(plan.changes.kept == [FolderChanges.Copy(path: "d", copy: "d.of-target")])
    #expect(plan.changes.settings.map(\.path) == ["d"])
    #expect(plan.changes.deletions.isEmpty)
  }

  @Test func protectsCopiesThatWereKept() throws {
    let copy: FilePath = "f.pcs-conflict-vega-20251115T120000Z"
    let kept = try plan(
      [copy: changed(Self.file(3)), copy.appending("in it"): changed(Self.file(3))], here: [:])
    #expect(kept.isEmpty && !kept.stops)
    #expect(kept.protected == [copy, copy.appending("in it")] && kept.left.isEmpty)
    let gone = try plan([copy: Candidate(isChangedHere: true)], here: [:])
    #expect(gone.changes.deletions == [copy])
  }

  @Test func keepsADirectoryWholeForTheSakeOfWhatIsInIt() throws {
    let plan = try plan(
      [
        "d": Candidate(isChangedHere: true, hasContent: true),
        "d/e": Candidate(isChangedHere: true), "d/f": changed(Self.file(3)),
      ], here: ["d": Self.file(1)], use: .source)
    #expect(plan.changes.kept == [FolderChanges.Copy(path: "d", copy: "d.of-target")])
    #expect(plan.changes.settings.map(\.path) == ["d"])
    #expect(plan.changes.deletions.isEmpty)
  }

  @Test func keepsVersionsUnderNamesThatAreFree() throws {
    var planner = Planner(
      rules: ConflictRules(user: [], last: .source),
      entryHere: { ["f", "g", "short1"].contains($0) ? Self.file(1) : nil },
      isSameContent: { _ in false },
      copyName: { path, _, number in FilePath("short\(number)") })
    let plan = try planner.plan(
      ["f": changed(Self.file(2)), "g": changed(Self.file(2))], renames: [])
    #expect(plan.changes.kept.map(\.copy) == ["short0", "short2"])
  }

  @Test func sendsADirectoryThatLosesWithWhatIsInIt() throws {
    var planner = Planner(
      rules: ConflictRules(user: [], last: .target),
      entryHere: { ["d": Self.directory(), "d/f": Self.file(1)][$0] },
      isSameContent: { _ in false },
      pathsBelow: { [$0.appending("f")] },
      copyName: { path, _, _ in FilePath(path.string + ".of-source") })
    let plan = try planner.plan(["d": changed(Self.file(2), here: true)], renames: [])
    #expect(plan.sent.map(\.copy) == ["d.of-source", "d.of-source/f"])
  }

  @Test func leavesNothingElseForADirectoryOfOtherPermissions() throws {
    var other = Self.directory()
    other.attributes.permissions = 0o700
    let plan = try plan(
      ["": changed(other), "f": Candidate(isChangedHere: true, hasContent: true)],
      here: ["": Self.directory(), "f": Self.file(2)], use: .target)
    #expect(plan.left == [""])
    #expect(plan.changes.settings.map(\.path) == ["f"])
    #expect(plan.sent.isEmpty)
  }

  @Test func makesAgainTheLinksThatSomebodyBroke() throws {
    var linked = Self.file(5)
    linked.links = 2
    let plan = try plan(["f": changed(Self.file(5))], here: ["f": linked], same: ["f"])
    #expect(plan.changes.settings.map(\.hasContent) == [true])
    #expect(plan.clashes.isEmpty)
  }

  @Test func linksTheNamesOfWhatIsNoFile() throws {
    var fifo = Self.file(0)
    (fifo.kind, fifo.links) = (.fifo, 2)
    var plan = MirrorPlan()
    plan.changes.settings = [FolderChanges.Setting(path: "g", entry: fifo, hasContent: false)]
    let groups = LinkGroups { _ in ["f", "g"] }
    try groups.resolve(&plan, touched: ["g": .linked])
    #expect(plan.changes.settings.map(\.linkedTo) == ["f"])
    plan.staying = ["f"]
    plan.changes.settings = [FolderChanges.Setting(path: "g", entry: fifo, hasContent: false)]
    try LinkGroups { _ in ["f/in it", "g"] }.resolve(&plan, touched: ["g": .linked])
    #expect(plan.changes.settings.map(\.path) == ["g"])
    plan.changes.settings = [FolderChanges.Setting(path: "g", entry: fifo, hasContent: false)]
    try groups.resolve(&plan, touched: ["g": .attributes])
    #expect(plan.changes.settings.map(\.linkedTo) == [nil])
  }

  @Test func bringsOverWhatAnErrorHadLeftDifferent() throws {
    let left = Candidate(
      hasContent: true, there: Candidate.There(entry: Self.file(3), isChanged: false))
    let plan = try plan(["f": left], here: ["f": Self.file(5)])
    #expect(plan.clashes.isEmpty)
    #expect(plan.changes.settings.map(\.path) == ["f"])
  }
}
