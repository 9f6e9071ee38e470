import FileTrees
import LiveCommit
import PCSCore
import SystemPackage

extension TreeVerification {
  /// Takes the target's entries of directories, and compares them with those of this machine.
  func compare(_ asked: [Pair]) throws {
    var rest = asked[...]
    var current: (pair: Pair, names: NameMerge)?
    try target.receive { [self] reply in
      if case .directory(let path) = reply {
        if let current { try addAll(current.names.rest, of: current.pair) }
        guard let next = rest.popFirst(), next.path == path else { throw WireError() }
        current = (next, NameMerge(next.isHere ? try names(in: next) : []))
        return
      }
      guard let pair = current?.pair else { throw WireError() }
      switch reply {
      case .entry("", let entry) where pair.path.isEmpty: try compare("", there: entry, in: pair)
      case .unreadable("", let reason):
        current?.names = NameMerge([])
        try report(pair.path, .unreadable(on: .there, reason))
      case .entry(let name, let entry):
        try addAll(current?.names.take(upTo: name) ?? [], of: pair)
        try compare(pair.path.pushing(name), there: entry, in: pair)
      case .unreadable(let name, let reason):
        try addAll(current?.names.take(upTo: name) ?? [], of: pair)
        try unreadable(pair.path.pushing(name), reason)
      case .directory, .content: throw WireError()
      }
    }
    if let current { try addAll(current.names.rest, of: current.pair) }
    guard rest.isEmpty else { throw WireError() }
  }

  /// The names in a directory of this machine; none where they cannot be read.
  func names(in pair: Pair) throws -> [FilePath] {
    do { return try here.tree.names(in: pair.path) } catch let error as FileError {
      try report(pair.path, .unreadable(on: .here, error.cause))
      return []
    }
  }

  /// Compares names that only this machine has.
  func addAll(_ names: some Sequence<FilePath>, of pair: Pair) throws {
    for name in names { try compare(pair.path.pushing(name), there: nil, in: pair) }
  }

  private func unreadable(_ path: FilePath, _ reason: String) throws {
    if left.contains(path) { return }
    let isDirectory = try here.tree.entry(at: path)?.kind == .directory
    if try here.includes(path, isDirectory) { try report(path, .unreadable(on: .there, reason)) }
  }

  /// Compares one path, of which the target has `there`.
  private func compare(_ path: FilePath, there: Entry?, in pair: Pair) throws {
    if left.contains(path) { return stays(in: pair) }
    let mine: Entry?
    do { mine = try here.entry(at: path) } catch let error as FileError {
      return try report(path, .unreadable(on: .here, error.cause))
    }
    var there = there
    if let found = there, try !takesPart(path, found, mine) {
      stays(in: pair)
      there = nil
    }
    guard mine != nil || there != nil else { return }
    try compare(path, mine, there)
    if path.isEmpty { return }
    let below = Pair(
      path: path, isHere: mine?.kind == .directory, isThere: there?.kind == .directory)
    if below.isHere || below.isThere { directories.append(below) }
  }

  /// Whether an entry of the target takes part and is no version that was kept there.
  private func takesPart(_ path: FilePath, _ there: Entry, _ mine: Entry?) throws -> Bool {
    if mine == nil, ConflictCopy.isConflictCopy(path) { return false }
    return try here.includes(path, there.kind == .directory)
  }

  /// A directory that only the target has stays for what is in it.
  private func stays(in pair: Pair) {
    if pair.isHere { return }
    var path = pair.path
    while !path.isEmpty, staying.insert(path).inserted { path.removeLastComponent() }
  }

  private func compare(_ path: FilePath, _ mine: Entry?, _ there: Entry?) throws {
    if let mine, let there {
      return try compare(path, mine, there)
    } else if there?.kind == .directory {
      onlyThere.append(path)
    } else {
      try report(path, .missing(on: mine == nil ? .here : .there))
    }
    try count(path)
  }

  /// Compares two entries, but for the content of a file, which is read later.
  private func compare(_ path: FilePath, _ mine: Entry, _ there: Entry) throws {
    var traits = EntryTrait.differing(mine, there)
    // The rows that are a machine's own make another size, and writing them another time.
    if states.fits(path) { traits.removeAll { [.size, .modified].contains($0) } }
    let link = traits.contains(.kind) ? .first : links.add(mine, there)
    if link == .differs { traits.append(.links) }
    let isRead = mine.kind == .file && !traits.contains(.kind) && !traits.contains(.size)
    if isRead, link != .again {
      files.append(File(path: path, size: mine.size, traits: traits))
    } else {
      if !traits.isEmpty { try report(path, .differs(traits)) }
      try count(path)
    }
  }

  private func count(_ path: FilePath) throws {
    amount.entries += 1
    try progress(path, amount)
  }
}

/// The names of one directory of this machine, taken as far as those of the target have come.
private struct NameMerge {
  private(set) var rest: ArraySlice<FilePath>
  private var last: FilePath?

  init(_ names: [FilePath]) {
    rest = names[...]
  }

  /// Takes the names up to one of the target; returns those before it, which only this machine has.
  mutating func take(upTo name: FilePath) throws(WireError) -> ArraySlice<FilePath> {
    if name.isEmpty { throw WireError() }
    if let last, !FilePath.isBefore(last, name) { throw WireError() }
    last = name
    let before = rest.prefix { FilePath.isBefore($0, name) }
    rest = rest.dropFirst(before.count)
    if rest.first == name { rest.removeFirst() }
    return before
  }
}
