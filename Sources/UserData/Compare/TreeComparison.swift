package import FileTrees
package import SystemPackage

/// Finds every path of a folder at which this machine and the target differ, directory by directory.
///
/// Only directories that take part on either machine are read, and only the names of one directory
/// are held. The target lists some directories while this machine compares those before them.
/// Equal size and time of modification count as equal content.
package final class TreeComparison {
  /// A path that takes part, with what each machine has there.
  package struct Difference: Sendable, Equatable {
    package var path: FilePath
    package var here: Entry?
    package var there: Entry?
    /// The sum of what lies in a directory that only this machine has; nil where each path of it is
    /// a difference of its own.
    package var sum: TreeSum?
  }

  /// The entries that take part, the folder itself not among them.
  package struct Counts: Sendable, Equatable {
    package var here = 0
    package var there = 0
  }

  /// The target's side of the comparison.
  package protocol Lister {
    /// Asks for the entries of directories; answers come in the order of the questions.
    func ask(for directories: [FilePath]) throws
    /// Takes the answer to the oldest question: the replies of `ListRequest.answer`.
    func receive(_ reply: @escaping (LookReply) throws -> Void) throws
  }

  /// Directories in one question.
  private static let batch = 200

  private struct Pending {
    var path: FilePath
    /// Whether the comparison begins with it.
    var isRoot = false
    /// Whether it is a directory on this machine, and on the target.
    var isHere: Bool
    var isThere: Bool
  }

  private let here: FilteredTree
  private let lister: any Lister
  /// Paths to report also where both machines have the same.
  private let always: Set<FilePath>
  /// Returns the sum of a directory that only this machine has, when it is one difference with all
  /// that is in it.
  private let sum: ((FilePath) throws -> TreeSum?)?
  private let report: (Difference) throws -> Void
  private var pending: [Pending] = []
  private var links = LinkPairs()
  private var counts = Counts()
  /// The directory whose entries are compared now.
  private var current: Pending?
  /// Directories that only the target has and that stay there: something in them takes no part.
  package private(set) var staying: Set<FilePath> = []
  /// Large files that are equal by size and time: no later sync reads all of them either.
  package private(set) var unread: [FilePath] = []

  package init(
    _ here: FilteredTree, _ lister: some Lister, always: Set<FilePath> = [],
    sum: ((FilePath) throws -> TreeSum?)? = nil, report: @escaping (Difference) throws -> Void
  ) {
    self.here = here
    self.lister = lister
    self.always = always
    self.sum = sum
    self.report = report
  }

  /// Compares what lies below each of the directories `roots`.
  package func run(from roots: [FilePath] = [""]) throws -> Counts {
    pending = roots.map { Pending(path: $0, isRoot: true, isHere: true, isThere: true) }
    var asked: [[Pending]] = []
    while true {
      while asked.count < 2, let batch = try nextBatch() { asked.append(batch) }
      if asked.isEmpty { return counts }
      try compare(asked.removeFirst())
    }
  }

  /// Asks for the next directories that the target has; those that it does not have are compared
  /// meanwhile.
  private func nextBatch() throws -> [Pending]? {
    var batch: [Pending] = []
    while batch.count < Self.batch, let next = pending.popLast() {
      if next.isThere { batch.append(next) } else { try addAll(here: next.path) }
    }
    if batch.isEmpty { return nil }
    try lister.ask(for: batch.map(\.path))
    return batch
  }

  private func compare(_ batch: [Pending]) throws {
    var rest = batch[...]
    current = nil
    var merge: DirectoryMerge?
    try lister.receive { [self] reply in
      switch reply {
      case .listing(let path):
        try merge?.end(self)
        current = rest.popFirst()
        guard let current, current.path == path else { throw WireError() }
        merge = try DirectoryMerge(
          path, current.isHere ? here.entries(in: path, byName: true) : nil)
      case .sought("", let entry):
        guard let current else { throw WireError() }
        if current.isRoot {
          try difference(at: current.path, here.entry(at: current.path), entry)
        }
      case .sought(let name, let entry?):
        guard merge != nil, name.components.count == 1 else { throw WireError() }
        try merge?.add(name, entry, self)
      default: throw WireError()
      }
    }
    try merge?.end(self)
    guard rest.isEmpty else { throw WireError() }
  }

  /// Reports what only this machine has in a directory.
  private func addAll(here path: FilePath) throws {
    var entries = try here.entries(in: path)
    while let next = try entries.next() {
      try add(path.pushing(next.name), here: next.entry, there: nil)
    }
  }

  /// Compares what takes part here at a path with what the target has there.
  fileprivate func add(_ path: FilePath, here: Entry?, there: Entry?) throws {
    let (there, sum) = try difference(at: path, here, there)
    if here != nil { counts.here += 1 + (sum?.entries ?? 0) }
    if there != nil { counts.there += 1 }
    let isHere = here?.kind == .directory
    let isThere = there?.kind == .directory
    if sum != nil { return }
    if isHere || isThere { pending.append(Pending(path: path, isHere: isHere, isThere: isThere)) }
  }

  /// Reports a path if the two machines differ there; returns what takes part on the target.
  @discardableResult
  private func difference(
    at path: FilePath, _ entry: Entry?, _ there: Entry?
  ) throws -> (there: Entry?, sum: TreeSum?) {
    var there = there
    if let found = there, try !isIncluded(path, found, entry) {
      there = nil
      if let current, !current.isHere, !current.isRoot { keep(current.path) }
    }
    if entry == nil, there == nil { return (nil, nil) }
    let isOnlyHere = there == nil && entry?.kind == .directory
    let sum = try isOnlyHere ? self.sum?(path) : nil
    if try !isEqual(entry, there) || always.contains(path) {
      try report(Difference(path: path, here: entry, there: there, sum: sum))
    } else if let entry, entry.size >= ChangedContents.leastUnread {
      unread.append(path)
    }
    return (there, sum)
  }

  /// Whether what the target has at a path takes part; `entry` is what takes part here.
  private func isIncluded(_ path: FilePath, _ there: Entry, _ entry: Entry?) throws -> Bool {
    let isDirectory = there.kind == .directory
    if let entry, (entry.kind == .directory) == isDirectory { return true }
    return try here.includes(path, isDirectory)
  }

  private func keep(_ directory: FilePath) {
    var path = directory
    while !path.isEmpty, staying.insert(path).inserted { path.removeLastComponent() }
  }

  private func isEqual(_ here: Entry?, _ there: Entry?) throws -> Bool {
    guard let here, let there else { return false }
    guard here.isLike(there), here.attributes.modified == there.attributes.modified else {
      return false
    }
    return links.add(here, there)
  }
}

/// The entries of one directory of this machine, merged with those of the target as they come.
private struct DirectoryMerge {
  private let directory: FilePath
  private var entries: DirectoryEntries?
  private var next: NamedEntry?
  private var last: FilePath?

  init(_ directory: FilePath, _ entries: DirectoryEntries?) throws {
    self.directory = directory
    self.entries = entries
    try advance()
  }

  private mutating func advance() throws {
    next = try entries?.next()
  }

  mutating func add(
    _ name: FilePath, _ entry: Entry, _ comparison: TreeComparison
  ) throws {
    if let last, !FilePath.isBefore(last, name) { throw WireError() }
    last = name
    while let next, FilePath.isBefore(next.name, name) { try addNext(comparison) }
    guard let mine = next, mine.name == name else {
      return try comparison.add(directory.pushing(name), here: nil, there: entry)
    }
    try advance()
    try comparison.add(directory.pushing(name), here: mine.entry, there: entry)
  }

  mutating func end(_ comparison: TreeComparison) throws {
    while next != nil { try addNext(comparison) }
  }

  /// Compares what only this machine has.
  private mutating func addNext(_ comparison: TreeComparison) throws {
    guard let mine = next else { return }
    try advance()
    try comparison.add(directory.pushing(mine.name), here: mine.entry, there: nil)
  }
}
