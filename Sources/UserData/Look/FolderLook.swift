import FileTrees
import PCSCore
import SystemPackage

/// Answers what the source asks about one folder of the target.
package struct FolderLook {
  private let request: LookRequest.Folder
  private let snapshot: FolderView
  private let tree: EntryTree
  private let answer: (LookReply) throws -> Void

  package init(
    _ request: LookRequest.Folder, _ snapshot: FolderView,
    answer: @escaping (LookReply) throws -> Void
  ) {
    self.request = request
    self.snapshot = snapshot
    self.answer = answer
    tree = EntryTree(snapshot.folder)
  }

  package func run(index: Int) throws {
    var reason: String?
    var changes: [FolderChange] = []
    let base = try base()
    if snapshot.isLive {
      reason = "a dry run compares the live folders"
    } else if let base {
      switch try ChangesSinceBase(
        base, now: snapshot.root, subvolume: snapshot.survey.name,
        inside: snapshot.survey.inside)
      {
      case .known(let found): changes = found
      case .unknown(let why): reason = why
      }
    }
    if base == nil { reason = "there is no earlier sync of it to compare with" }
    let preSync = snapshot.isLive ? "" : snapshot.root.path
    try answer(
      .folder(index: index, reason: reason, hasHistory: base != nil, preSync: preSync))
    for change in changes { try tell(change) }
    for path in request.sought { try answer(.sought(path, entry(path))) }
  }

  private func base() throws -> FolderBase? {
    if let base = request.base { return base }
    return request.isFirst
      ? try FolderBase.newest(of: request.path, module: UserDataMemory.module) : nil
  }

  /// Of what was renamed, both places count as changed, with all that is or was below.
  private func tell(_ change: FolderChange) throws {
    func tell(_ path: FilePath, isStructural: Bool = true) throws {
      try answer(
        .changed(path, entry(path), isStructural: isStructural, isOwn: change.isOwn))
    }
    switch change.operation {
    case .times: try answer(.sought(change.path, entry(change.path)))
    case .attributes:
      try tell(change.path, isStructural: false)
    case .content, .linked, .deleted:
      try tell(change.path)
    case .renamed(let from):
      try tell(from)
      try tell(change.path)
      guard change.isDirectory else { return }
      try tree.walk(change.path) { path, _ in
        try tell(path)
        guard let rest = path.relative(to: change.path) else { return }
        let before = from.pushing(rest)
        try tell(before)
      }
    }
  }

  private func entry(_ path: FilePath) throws -> Entry? { try tree.entry(at: path) }
}
