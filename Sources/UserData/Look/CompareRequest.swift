import FoundationEssentials
import PCSCore
package import SystemPackage

/// Paths of one folder that differ between the machines, of which a dry run wants to know what
/// changed on one of them since the last sync.
package struct CompareRequest: Codable, Sendable {
  private var folderBytes: Data
  private var subvolume: String
  private var insideBytes: Data
  private var pathBytes: [Data]
  package var base: FolderBase

  package var folder: FilePath { FilePath(bytes: folderBytes) }
  /// Relative to the folder.
  package var paths: [FilePath] { pathBytes.map { FilePath(bytes: $0) } }

  package init(_ survey: FolderSurvey, base: FolderBase, paths: [FilePath]) {
    folderBytes = Data(survey.folder.bytes)
    subvolume = survey.name
    insideBytes = Data(survey.inside.bytes)
    pathBytes = paths.map { Data($0.bytes) }
    self.base = base
  }

  /// Times alone are no change; those of a file may stand for another content.
  private static func isSame(_ before: Entry?, _ now: Entry?) -> Bool {
    guard let before, let now else { return before == nil && now == nil }
    return now.isUntouched(since: before) || now.kind != .file && now.isLike(before)
  }

  /// Hands on each path with what it is in the live folder: `changed` or `sought`.
  package func answer(_ answer: (LookReply) throws -> Void) throws {
    let inside = FilePath(bytes: insideBytes)
    let then = EntryTree(try base.folder(of: subvolume, inside: inside))
    let now = EntryTree(try FolderSurvey.open(folder))
    let own = try base.laterRecords(of: subvolume)
    for path in paths {
      let entry = try now.entry(at: path)
      let isSame = try Self.isSame(then.entry(at: path), entry)
      let isNobodys =
        try isSame
        || own.isOwn(inside.pushing(path), entry, in: now.number(around: path))
      try answer(isNobodys ? .sought(path, entry) : .changed(path, entry, isStructural: true))
    }
  }
}
