import PCSCore
import SystemPackage

/// All that a commit has to do in one subvolume, by the difference of two read-only snapshots: found
/// anew it is the same.
struct CommitPlan {
  typealias Place = CommitTree.Place

  /// A directory, or another entry, that gets another name.
  struct Move {
    /// nil for what is no directory.
    let node: Int?
    let from: Place
    let to: Place
  }

  /// A name that no directory has afterwards.
  struct Name {
    let place: Place
    let path: FilePath
    /// Where it was before, when it was renamed.
    var origin: Place?
    /// Whether more than attributes may differ, so that what is there may have to give way.
    var replaces = false

    /// Where it was before.
    var home: Place { origin ?? place }
  }

  var tree = CommitTree()
  private(set) var moves: [Move] = []
  /// In the order of their paths.
  private(set) var names: [Name] = []
  /// New directories, each after the one it is in.
  private(set) var newDirectories: [Int] = []
  /// Those in which every entry that is no directory is new, and only there, unless it has one of
  /// these names: such entries are not in `names`.
  private(set) var newWithin: [Int: Set<[UInt8]>] = [:]
  /// Names before of what is no directory and has no name afterwards, in the order of their paths.
  private(set) var deletedNames: [Place] = []
  /// Directories that are to go, each before the one it is in.
  private(set) var deletedDirectories: [Int] = []
  /// Files of the desired tree that have other content than before, or were not there.
  private(set) var newInodes: Set<UInt64> = []
  /// Places that are left by what they had.
  private(set) var departures: Set<Place> = []

  /// Where a file may be replaced or deleted.
  var endangered: [Place] { names.filter(\.replaces).map(\.home) + deletedNames }

  private let prefixes: [FilePath]
  private var byPlace: [Place: Name] = [:]

  /// Orders the changes between the snapshots, as `SnapshotDiff.changesOfDirectories` has them;
  /// `namesOf` tells every name of a file of the desired tree.
  init(
    _ changes: [Change], newWithin: [FilePath: Set<[UInt8]>], prefixes: [FilePath],
    namesOf: (_ inode: UInt64, _ path: FilePath) throws -> [FilePath]
  ) throws {
    self.prefixes = prefixes
    let changes = try changes.filter(isInside)
    addDirectories(changes, newWithin)
    for change in changes { try add(change, namesOf) }
    names = Self.sorted(Array(byPlace.values)) { $0.path }
    // What a new file replaces is exchanged with it; what is renamed over must be gone first.
    deletedNames = Self.sorted(
      deletedNames.filter { byPlace[$0].map { $0.origin != nil } ?? true }
    ) {
      tree.pathBefore($0) ?? $0.name
    }
    deletedDirectories.reverse()
  }

  /// Whether a change is the commit's; times of what is around a folder are nobody's.
  private func isInside(_ change: Change) throws(CommitError) -> Bool {
    let path = change.path.lexicallyNormalized() == "." ? FilePath() : change.path
    if prefixes.contains(where: { path.starts(with: $0) }) { return true }
    if change.operation == .metadata, prefixes.contains(where: { $0.starts(with: path) }) {
      return false
    }
    throw .outside(path)
  }

  private static func sorted<Element>(
    _ elements: [Element], _ path: (Element) -> FilePath
  ) -> [Element] {
    elements.map { element in
      (element, path(element).bytes.map { $0 == UInt8(ascii: "/") ? 0 : $0 })
    }
    .sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
  }

  private mutating func addDirectories(
    _ changes: [Change], _ newWithin: [FilePath: Set<[UInt8]>]
  ) {
    let directories = changes.filter { $0.kind == "directory" }
    let arrivals = directories.filter { $0.operation == .created || $0.operation == .renamed }
    for change in arrivals.sorted(by: { $0.path.components.count < $1.path.components.count }) {
      guard let from = change.from else {
        let node = tree.addNew(change.path)
        newDirectories.append(node)
        self.newWithin[node] = newWithin[change.path]
        continue
      }
      let node = tree.move(from, to: change.path)
      guard let old = tree.nodes[node].before, let new = tree.nodes[node].after else { continue }
      moves.append(Move(node: node, from: old, to: new))
      departures.insert(old)
    }
    let gone = directories.filter { $0.operation == .deleted }
    for change in gone.sorted(by: { $0.path.components.count < $1.path.components.count }) {
      let node = tree.remove(change.path)
      deletedDirectories.append(node)
      if let place = tree.nodes[node].before { departures.insert(place) }
    }
  }

  private mutating func add(
    _ change: Change, _ namesOf: (UInt64, FilePath) throws -> [FilePath]
  ) throws {
    if change.kind == "directory" {
      if change.operation == .metadata || change.operation == .modified {
        tree.nodes[tree.after(change.path == "." ? FilePath() : change.path)].hasOtherAttributes =
          true
      }
      return
    }
    switch change.operation {
    case .created, .linked:
      if change.operation == .created, let inode = change.inode { newInodes.insert(inode) }
      addName(change.path)
    case .metadata: addName(change.path, replaces: false)
    case .modified:
      addName(change.path)
      guard let inode = change.inode else { return }
      newInodes.insert(inode)
      for path in try namesOf(inode, change.path) { addName(path) }
    case .renamed:
      guard let from = change.from, let old = tree.placeBefore(from),
        let new = tree.placeAfter(change.path)
      else { return }
      moves.append(Move(node: nil, from: old, to: new))
      departures.insert(old)
      addName(change.path, from: old)
    case .deleted:
      guard let place = tree.placeBefore(change.path) else { return }
      deletedNames.append(place)
    }
  }

  private mutating func addName(
    _ path: FilePath, from origin: Place? = nil, replaces: Bool = true
  ) {
    guard let place = tree.placeAfter(path) else { return }
    let known = byPlace[place]
    byPlace[place] = Name(
      place: place, path: path, origin: origin ?? known?.origin,
      replaces: replaces || known?.replaces == true)
  }
}
