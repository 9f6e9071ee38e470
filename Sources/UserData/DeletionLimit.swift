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

  /// What rsync may delete to carry out a plan that was accepted: a rename is a deletion to it, and
  /// a live target may have got new entries since the comparison.
  package func most(in plan: TransferPlan) -> Int {
    max(most(of: plan.targetEntries), plan.deleted + Self.harmless)
  }

  /// Throws when `plan` deletes too much of `folder`.
  package func check(_ plan: TransferPlan, of folder: FilePath) throws(DeletionError) {
    if plan.sourceEntries <= 1, plan.targetEntries > 1 {
      throw .emptySource(folder, entries: plan.targetEntries - 1)
    }
    let lost = plan.lost
    if lost > most(of: plan.targetEntries) {
      throw .tooMany(folder, deleted: lost, of: plan.targetEntries, percent: percent)
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
    case .tooMany: "if that is meant, raise user_data.max_delete for this sync"
    case .emptySource: "is everything mounted? if that is meant, empty the folder there yourself"
    }
  }

  package var exitStatus: ExitStatus { .refused }
}
