import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// One subvolume's part of a commit, while it is carried out.
final class CommitRun {
  typealias Place = CommitTree.Place

  /// What was taken from its place and waits in the preparation directory.
  struct Displaced {
    let name: FilePath
    let place: Place
    let before: Entry
  }

  let part: CommitPart
  let plan: CommitPlan
  let before: EntryTree
  let desired: any DesiredTree
  let live: LiveTree
  let preparation: PreparationDirectory
  /// The preparation directory as a place of the tree.
  let ownNode: Int
  let isRecovery: Bool
  private let report: (CommitOutcome) -> Void

  /// What was done so far.
  var ledger = CommitLedger()
  var moves: CommitMoves
  /// What the attributes of inodes become, known beforehand when completing.
  var becoming: [UInt64: Entry] = [:]
  var displaced: [Displaced] = []
  /// The files that were open for writing before anything was changed.
  let open: OpenFiles
  /// The files that are left with others of their units.
  var units: LeftUnits
  /// The lock on the live database whose files are replaced now.
  var databaseLock: DatabaseLock?
  /// What was brought with its database.
  var broughtNames: Set<FilePath> = []
  /// What was left because a program has it open for writing: said at the end.
  var leftOpen: [(path: FilePath, inode: UInt64)] = []
  /// By inodes of the desired tree a name of what has taken their place in the live tree: for further
  /// names.
  var placed: [UInt64: CommitLedger.Result] = [:]
  /// Places whose content this commit itself has taken away.
  var gaps: Set<Place> = []
  var deletedNames: Set<Place>
  var deletedDirectories: [Place: Int] = [:]

  init(
    _ part: CommitPart, _ plan: CommitPlan, live root: Directory, before: Directory,
    desired: any DesiredTree, open: OpenFiles, units: LeftUnits, session: String, isRecovery: Bool,
    report: @escaping (CommitOutcome) -> Void
  ) throws {
    self.part = part
    self.plan = plan
    self.before = EntryTree(before)
    self.desired = desired
    self.open = open
    self.units = units
    self.report = report
    preparation = try PreparationDirectory(root, session: session, inode: part.preparation)
    self.isRecovery = isRecovery || preparation.wasThere && part.goal != .prepared
    live = LiveTree(root, plan.tree, before: self.before)
    ownNode = live.tree.addOwn(preparation.name, inode: preparation.inode)
    live.keepOpen(ownNode, preparation.directory)
    moves = CommitMoves(plan.moves)
    deletedNames = Set(plan.deletedNames)
    for node in plan.deletedDirectories {
      if let place = plan.tree.nodes[node].before { deletedDirectories[place] = node }
    }
  }

  /// Finds out how far an earlier attempt came.
  func prepare() throws {
    if let aside = preparation.aside { say(.movedAside(aside, from: preparation.name)) }
    if isRecovery { try findOut() }
  }

  /// Takes away what was prepared, where nothing else was done.
  func giveUp() throws {
    try preparation.discardPrepared()
    try removePreparation()
  }

  /// Carries the part to its end, once it is prepared.
  func carryOut() throws {
    live.touch(CommitTree.root)
    for node in plan.newDirectories { try attempt(pathAfter(node)) { try make(node) } }
    for index in plan.moves.indices { try perform(index) }
    try finishParked()
    try bringDatabases()
    for name in plan.names where !broughtNames.contains(name.path) {
      try attempt(name.path) { try bring(name) }
    }
    try bringUnfilled()
    for place in plan.deletedNames where deletedNames.contains(place) {
      try attempt(live.tree.name(of: place)) { try delete(place) }
    }
    for node in plan.deletedDirectories { try remove(node) }
    try endDisplaced()
    try sayLeftOpen()
    try preparation.discardPrepared()
    if try preparation.directory.entries().isEmpty { try removePreparation() }
    try finishDirectories()
  }

  private func removePreparation() throws {
    guard let aside = try preparation.remove() else { return }
    say(.movedAside(aside, from: preparation.name))
  }

  func say(_ outcome: CommitOutcome) { report(outcome) }

  func pathAfter(_ node: Int) -> FilePath {
    live.tree.pathAfter(node) ?? live.tree.pathBefore(node) ?? FilePath()
  }

  /// Does one thing; what concerns it alone does not keep the rest from being done.
  ///
  /// Returns whether nothing was refused. What cannot be moved is at `home` still, where the next
  /// sync has to find it.
  @discardableResult
  func attempt(
    _ path: FilePath, leaving home: FilePath? = nil, _ body: () throws -> Void
  ) throws -> Bool {
    do {
      try body()
      return true
    } catch let error as FileError where !error.errno.endsCommit {
      if try isLocked(path, error) {
        for place in [path, home].compactMap(\.self) { say(.locked(place)) }
      } else {
        say(.failed(path, error.description))
      }
    } catch BtrfsError.failed(let place, let what, let error) where !error.endsCommit {
      say(.failed(path, "\(place): \(what): \(error)"))
    }
    return false
  }

  /// Whether it was refused because of flags of what is at a path, or around it.
  private func isLocked(_ path: FilePath, _ error: FileError) throws -> Bool {
    guard error.errno == .notPermitted else { return false }
    let tree = EntryTree(live.root)
    let places = [path] + (error.path.relative(to: live.root.path).map { [$0] } ?? [])
    return try places.flatMap { [$0, $0.removingLastComponent()] }
      .contains { try tree.handle(at: $0)?.isLocked == true }
  }

  // MARK: What is there

  /// What was at a place that is in the base; nil where nothing was.
  func entryBefore(_ place: Place) throws -> Entry? {
    guard live.tree.nodes[place.directory].before != nil || place.directory == CommitTree.root,
      let path = live.tree.pathBefore(place)
    else { return nil }
    return try before.entry(at: path)
  }

  /// Whether `entry`, which was read from `handle`, is as it was at `place` before.
  func isUntouched(
    _ handle: EntryHandle, _ entry: Entry, since before: Entry, at place: Place
  ) throws -> Bool {
    let test = UntouchedTest(
      lastOwnChange: ledger.ownChanges[entry.inode], between: becoming[before.inode],
      isRecovery: isRecovery)
    switch test.verdict(on: entry, since: before) {
    case .untouched: return true
    case .touched: return false
    case .byContent:
      guard let path = live.tree.pathBefore(place), let old = try self.before.handle(at: path)
      else { return false }
      return try ContentDigest(of: handle) == ContentDigest(of: old)
    }
  }

  /// Whether `entry` is what is in the desired tree, content and all; times of a directory do not count.
  func isAsDesired(_ handle: EntryHandle, _ entry: Entry, _ wanted: Entry, _ path: FilePath) throws
    -> Bool
  {
    guard entry.isLike(wanted), entry.attributes.modified == wanted.attributes.modified else {
      return false
    }
    if desired.prepared.inode(for: path) == entry.inode { return true }
    guard wanted.kind == .file, wanted.size > 0 else { return true }
    return try ContentDigest(of: handle) == digestInStage(of: path)
  }

  private func digestInStage(of path: FilePath) throws -> ContentDigest? {
    guard desired.prepared.inode(for: path) != nil else { return try desired.digest(of: path) }
    return try EntryHandle(content(of: path), in: preparation.directory).map {
      try ContentDigest(of: $0)
    }
  }

  /// Looks at an inode that we have just renamed or linked, and notes its time of change if nobody
  /// else has changed it since it was read as `expected`; returns whether that is so.
  ///
  /// What is compared and what is noted come of one look: what is written after it has a later time.
  @discardableResult
  func note(_ handle: EntryHandle, as expected: Entry) throws -> Bool {
    let entry = try handle.read()
    guard entry.isStill(expected) else { return false }
    ledger.ownChanges[entry.inode] = entry.changed
    return true
  }

  func temporary(_ purpose: PreparationDirectory.Purpose, _ place: Place) -> FilePath {
    let path =
      purpose == .put || purpose == .directory
      ? live.tree.pathAfter(place) : live.tree.pathBefore(place)
    return PreparationDirectory.name(purpose, of: path ?? place.name)
  }
}

extension Errno {
  /// Whether everything else would fail in the same way.
  var endsCommit: Bool {
    [
      .noSpace, .ioError, .readOnlyFileSystem, .noMemory, .tooManyOpenFiles,
      .tooManyOpenFilesInSystem, Errno(rawValue: Glibc.EDQUOT),
    ].contains(self)
  }
}
