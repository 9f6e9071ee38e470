package import PCSCore
package import SystemPackage

/// How much of a folder one sync may delete.
package struct DeletionLimit: Sendable, Equatable {
  /// So few are never too many.
  package static let harmless = 100

  package let percent: Int

  package init(percent: Int) {
    self.percent = percent
  }

  /// The most entries that may go from a folder that has `entries`.
  package func most(of entries: Int) -> Int {
    max(Self.harmless, entries * percent / 100)
  }

  /// Throws when so many deletions of the entries that `folder` had are too many.
  package func check(lost: Int, of entries: Int, in folder: FilePath) throws(DeletionError) {
    if lost > most(of: entries) {
      throw .tooMany(folder, deleted: lost, of: entries, percent: percent)
    }
  }
}

/// A sync that would delete too much; nothing was written.
package enum DeletionError: ToolError, Equatable {
  case tooMany(FilePath, deleted: Int, of: Int, percent: Int)
  case emptySource(FilePath, entries: Int)

  package var id: String {
    switch self {
    case .tooMany: "user_data.deletions"
    case .emptySource: "user_data.empty_source"
    }
  }

  package var description: String {
    switch self {
    case .tooMany(let folder, let deleted, let entries, let percent):
      "\(folder): \(deleted) of \(entries) entries would be deleted on the target: "
        + "max_delete allows \(percent)%"
    case .emptySource(let folder, let entries):
      "\(folder): empty here, and the \(entries) entries on the target would be deleted"
    }
  }

  package var hint: String? {
    switch self {
    case .tooMany: "if that is meant: --max-delete SHARE, such as 100%, for this sync alone"
    case .emptySource: "is everything mounted? if that is meant, empty the folder there yourself"
    }
  }

  package var exitStatus: ExitStatus { .refused }
}
