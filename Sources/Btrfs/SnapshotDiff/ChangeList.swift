import PCSCore
import SystemPackage

/// The changes that the edits of a send stream come to, in no order.
///
/// Looks at each path that changed, in the snapshot where it is.
struct ChangeList {
  /// What lies at a path of a snapshot; nil when nothing does.
  typealias Look = (FilePath) throws -> FileStatus?

  private(set) var changes: [Change] = []
  /// New directories in which everything is new that is none and has another name than these.
  private(set) var newWithin: [FilePath: Set<[UInt8]>] = [:]
  private var edits: TreeEdits
  private let base: Look
  private let new: Look

  init(_ edits: TreeEdits, base: @escaping Look, new: @escaping Look) throws {
    self.edits = edits
    self.base = base
    self.new = new
    try forgetOrphans()
    try addNames()
    for file in self.edits.files.indices { try addContent(of: file) }
    for (directory, names) in self.edits.namesBesideOthers() {
      guard let name = self.edits.files[directory].names.first,
        self.edits.names[name].now != nil
      else { continue }
      newWithin[try newPath(name)] = names
    }
  }

  /// The kernel forgets to remove a directory in which a subvolume was nested: it stays behind
  /// under the name it has for the time being.
  private mutating func forgetOrphans() throws {
    for (index, name) in edits.names.enumerated() {
      guard let place = name.now, place != name.base, TreeEdits.isOrphan(place),
        try new(try path(place)) == nil
      else { continue }
      edits.forget(index)
    }
  }

  // MARK: Names

  /// The names that a file lost and got, as indices; what it only moved is a pair.
  private struct Moves {
    var lost: [Int] = []
    var got: [Int] = []
    /// A name that it has, to say what a new one is linked to.
    var kept: Int?
  }

  private mutating func addNames() throws {
    for var moves in try mergedMoves() {
      dropUnmoved(&moves)
      for (old, name) in zip(moves.lost, moves.got) { try addRenamed(old, name) }
      for old in moves.lost.dropFirst(moves.got.count) { try addDeleted(old) }
      for name in moves.got.dropFirst(moves.lost.count) {
        try addLinked(name, to: moves.kept ?? moves.got.first)
      }
    }
  }

  /// A name that was taken away and given again in its place is no change.
  private func dropUnmoved(_ moves: inout Moves) {
    for name in moves.got {
      guard
        let old = moves.lost.firstIndex(where: { edits.names[$0].base == edits.names[name].now })
      else { continue }
      moves.lost.remove(at: old)
      moves.got.removeAll { $0 == name }
      moves.kept = moves.kept ?? name
    }
  }

  private mutating func moves(of file: TreeEdits.File) throws -> Moves {
    var moves = Moves()
    for index in file.names {
      let name = edits.names[index]
      switch (name.base, name.now) {
      case (let base?, let now?) where base == now: moves.kept = index
      case (_?, _?): try addRenamed(index, index)
      case (_?, nil): moves.lost.append(index)
      case (nil, _?): moves.got.append(index)
      case (nil, nil): break
      }
      if name.base != nil, name.now != nil { moves.kept = index }
    }
    return moves
  }

  /// The moves of each file of the base; of a new one the names are added at once.
  ///
  /// A stream knows nothing of a file's other names, so the inode number tells that a name which
  /// was lost and one which came belong to one file.
  private mutating func mergedMoves() throws -> [Moves] {
    var found: [Moves] = []
    var byInode: [UInt64: Int] = [:]
    for file in edits.files {
      var moves = try moves(of: file)
      if file.isNew {
        try addCreated(&moves)
        continue
      }
      guard let any = moves.lost.first ?? (moves.got.isEmpty ? nil : moves.kept) else { continue }
      let inode = try baseStatus(any).inode
      if let index = byInode[inode] {
        found[index].lost += moves.lost
        found[index].got += moves.got
        found[index].kept = found[index].kept ?? moves.kept
      } else {
        byInode[inode] = found.count
        found.append(moves)
      }
    }
    return found
  }

  private mutating func addCreated(_ moves: inout Moves) throws {
    guard let first = moves.got.first else { return }
    let path = try newPath(first)
    let status = try newStatus(path)
    changes.append(
      Change(.created, path: path, kind: status.kind, inode: status.inode, size: status.length))
    for name in moves.got.dropFirst() { try addLinked(name, to: first) }
  }

  private mutating func addRenamed(_ old: Int, _ name: Int) throws {
    let path = try newPath(name)
    let status = try newStatus(path)
    let before = try baseStatus(old)
    guard before.inode == status.inode else { throw SnapshotDiffError.inconsistent(path) }
    changes.append(
      Change(
        .renamed, path: path, from: try basePath(old), kind: status.kind, inode: status.inode,
        size: status.length))
  }

  private mutating func addLinked(_ name: Int, to existing: Int?) throws {
    let path = try newPath(name)
    let status = try newStatus(path)
    guard let existing else { throw SnapshotDiffError.inconsistent(path) }
    changes.append(
      Change(
        .linked, path: path, from: try newPath(existing), kind: status.kind, inode: status.inode,
        size: status.length))
  }

  private mutating func addDeleted(_ old: Int) throws {
    let status = try baseStatus(old)
    changes.append(
      Change(.deleted, path: try basePath(old), kind: status.kind, inode: status.inode))
  }

  // MARK: Content

  private mutating func addContent(of index: Int) throws {
    let file = edits.files[index]
    guard !file.isNew, file.hasOtherData || file.hasOtherMetadata || file.hasOtherTimes else {
      return
    }
    let name = file.names.first { edits.names[$0].now != nil }
    guard index == 0 || name != nil else { return }
    let path = try name.map { try newPath($0) } ?? "."
    let status = try newStatus(path)
    if !file.hasOtherData, !file.hasOtherMetadata {
      let before = try baseStatus(file.names.first)
      if before.hasSameMetadata(as: status) { return }
    }
    changes.append(
      Change(
        file.hasOtherData ? .modified : .metadata, path: path, kind: status.kind,
        inode: status.inode, size: status.length,
        extents: file.hasOtherData ? file.ranges.ranges : nil))
  }

  // MARK: Paths

  private func path(_ place: TreeEdits.Place) throws -> FilePath {
    guard let path = edits.path(place) else {
      throw SendStreamError.contradictory(place.name)
    }
    return FilePath(bytes: path)
  }

  private func newPath(_ name: Int) throws -> FilePath {
    guard let place = edits.names[name].now else { return "." }
    return try path(place)
  }

  private func basePath(_ name: Int) throws -> FilePath {
    guard let place = edits.names[name].base, let path = edits.basePath(place) else {
      throw SnapshotDiffError.inconsistent(try newPath(name))
    }
    return FilePath(bytes: path)
  }

  private func newStatus(_ path: FilePath) throws -> FileStatus {
    guard let status = try new(path) else { throw SnapshotDiffError.inconsistent(path) }
    return status
  }

  /// Of the root when there is no name.
  private func baseStatus(_ name: Int?) throws -> FileStatus {
    let path = try name.map { try basePath($0) } ?? "."
    guard let status = try base(path) else { throw SnapshotDiffError.inconsistent(path) }
    return status
  }
}
