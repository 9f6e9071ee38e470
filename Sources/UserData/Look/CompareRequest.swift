import FileTrees
import FoundationEssentials
import PCSCore
package import SystemPackage

/// Paths of one live folder that differ between the machines, of which a dry run wants to know what
/// changed on one of them since the last sync.
package struct CompareRequest: Codable, Sendable {
  private var folderBytes: Data
  private var pathBytes: [Data]
  /// The last session of both machines; nil for the last one of this machine with any other.
  private var base: FolderBase?

  package var folder: FilePath { FilePath(bytes: folderBytes) }
  /// Relative to the folder.
  package var paths: [FilePath] { pathBytes.map { FilePath(bytes: $0) } }

  package init(_ folder: FilePath, base: FolderBase?, paths: [FilePath]) {
    folderBytes = Data(folder.bytes)
    pathBytes = paths.map { Data($0.bytes) }
    self.base = base
  }

  /// Times alone are no change; those of a file may stand for another content.
  private static func isSame(_ before: Entry?, _ now: Entry?) -> Bool {
    guard let before, let now else { return before == nil && now == nil }
    return now.isUntouched(since: before) || now.kind != .file && now.isLike(before)
  }

  /// Passes `folder`, and unless the base is gone each path with its live entry: `changed` or
  /// `sought`.
  package func answer(_ answer: (LookReply) throws -> Void) throws {
    let view = try FolderView(folder, asked: [])
    let base = try self.base ?? FolderBase.newest(of: folder, module: UserDataMemory.module)
    let (reason, then) = try earlier(base, view)
    try answer(.folder(index: 0, reason: reason, hasHistory: base != nil, preSync: ""))
    guard let base, let then else { return }
    let now = EntryTree(view.folder)
    let own = try base.laterRecords(of: view.survey.name)
    for path in paths {
      let entry = try now.entry(at: path)
      let isSame = try Self.isSame(then.entry(at: path), entry)
      let isNobodys =
        try isSame
        || own.isOwn(view.survey.inside.pushing(path), entry, in: now.number(around: path))
      try answer(isNobodys ? .sought(path, entry) : .changed(path, entry, isStructural: true))
    }
  }

  /// Returns the folder in the base, or why there is none.
  private func earlier(
    _ base: FolderBase?, _ view: FolderView
  ) throws -> (reason: String?, tree: EntryTree?) {
    guard let base else { return ("there is no earlier sync of it to compare with", nil) }
    do {
      let folder = try base.folder(of: view.survey.name, inside: view.survey.inside)
      return (nil, EntryTree(folder))
    } catch let error as SyncError where error.id == "user_data.base" {
      return (error.description, nil)
    }
  }
}
