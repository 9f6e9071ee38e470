import Btrfs
package import FileTrees
import LiveCommit
import PCSCore
package import SystemPackage

/// How one folder of this machine differs from what both machines had after the last session with
/// a peer, or why that cannot be told.
package enum ChangesSinceBase {
  case known([FolderChange])
  case unknown(reason: String)

  /// Compares this machine's base with `now`, the folder's subvolume as it is in this session.
  package init(_ base: FolderBase, now: Directory, subvolume: String, inside: FilePath) throws {
    do {
      let then = try base.snapshot(of: subvolume)
      guard
        let since = try FolderDiff(base: then, new: now, inside: inside).changes(),
        let meanwhile = try base.changesMeanwhile(subvolume, inside)
      else {
        self = .unknown(reason: "the folder is not the one that it was then")
        return
      }
      let own = try base.laterRecords(of: subvolume)
      self = .known(
        try own.marked(since, in: EntryTree(now), inside: inside)
          + Self.now(meanwhile, after: since))
    } catch let error as SnapshotDiffError {
      self = .unknown(reason: error.description)
    } catch let error as SyncError where error.id == "user_data.base" {
      self = .unknown(reason: error.description)
    }
  }

  /// What was already different then, by its places now.
  private static func now(
    _ meanwhile: [FolderChange], after since: [FolderChange]
  ) -> [FolderChange] {
    if meanwhile.isEmpty { return [] }
    var places = RenamedPaths()
    var gone: Set<FilePath> = []
    for change in since {
      if case .renamed(let from) = change.operation { places.add(from: from, to: change.path) }
      if change.operation == .deleted { gone.insert(change.path) }
    }
    return meanwhile.map { change in
      if change.operation == .deleted || gone.contains(change.path) {
        return FolderChange(.deleted, change.path, isDirectory: change.isDirectory)
      }
      return FolderChange(
        change.operation, places.place(of: change.path), isDirectory: change.isDirectory)
    }
  }
}

extension FolderBase {
  /// What others than the session changed in a folder of this machine while the session ran: since
  /// then it is different from the source's, and no snapshot after it shows that.
  fileprivate func changesMeanwhile(
    _ subvolume: String, _ inside: FilePath
  ) throws -> [FolderChange]? {
    guard try wasTarget() else { return [] }
    let after = try snapshot(of: subvolume, .postSync)
    if let settled = try Settlement(of: session, subvolume),
      try !RecentInodes.exist(in: after, after: settled.moment)
    {
      return settled.changes(in: inside)
    }
    let before = try snapshot(of: subvolume, .preSync)
    let record = try record(of: subvolume)
    if try record.isAll(between: before, and: after) { return [] }
    return try FolderDiff(base: before, new: after, inside: inside).changes(besides: record)
  }
}

extension FolderDiff {
  /// What others than a commit changed, without renames; nil when the folder itself is not the one
  /// that it was.
  func changes(besides record: CommitRecord) throws -> [FolderChange]? {
    let own = OwnWrites([record])
    guard let changes = try changes({ try own.other($0, in: new, inside: inside) }) else {
      return nil
    }
    return try changes.flatMap(takenApart) + record.missing(in: new, inside: inside)
  }

  /// What was renamed as what went and what came, with all that was and is below.
  private func takenApart(_ change: FolderChange) throws -> [FolderChange] {
    guard case .renamed(let from) = change.operation else { return [change] }
    return try departure(of: from, isDirectory: change.isDirectory)
      + arrival(of: change.path, isDirectory: change.isDirectory)
  }
}
