import FileTrees
import PCSCore
import SyncFilter
import SystemPackage

/// Shows what a sync would do to each folder; nothing is written, not even a snapshot.
struct DryRun {
  let context: ModuleContext
  let guards: PlanGuards
  let target: TargetConversation

  /// What was shown of one folder.
  struct Shown {
    let here: FolderHere
    let work: Work

    enum Work {
      case mirror(FolderMirror)
      /// A first sync over a folder without history, with the entries that the target has.
      case list(FirstSyncList, entriesThere: Int)
    }

    var plan: MirrorPlan? { if case .mirror(let mirror) = work { mirror.plan } else { nil } }
  }

  func show(_ work: FolderWork, _ planning: FolderPlanning) throws -> Shown {
    let here = planning.here
    switch work {
    case .mirror(let mirror):
      for change in mirror.plan.changes(there: mirror.there, below: here.inside) {
        context.reporter.emit(.change(change))
      }
      if here.isFirst { tell(FirstSyncList(mirror.plan, there: mirror.there), of: here) }
      return Shown(here: here, work: .mirror(mirror))
    case .list:
      var list = FirstSyncList()
      // Whether a directory goes is known once all that is in it was seen.
      var directories: [TreeComparison.Difference] = []
      let (counts, staying) = try planning.eachDifference { difference in
        if difference.here == nil, difference.there?.kind == .directory {
          directories.append(difference)
        } else {
          add(difference, to: &list, below: here.inside)
        }
      }
      for directory in directories where !staying.contains(directory.path) {
        add(directory, to: &list, below: here.inside)
      }
      tell(list, of: here)
      return Shown(here: here, work: .list(list, entriesThere: counts.there))
    }
  }

  private func tell(_ list: FirstSyncList, of here: FolderHere) {
    let text = list.text(for: here.path)
    context.log(.info, text, list.facts)
    let place = WirePath(here.path)
    context.reporter.emit(
      .plan(
        text, module: UserDataMemory.module,
        facts: list.facts.merging(["folder": .string(place.text)]) { $1 }))
  }

  private func add(
    _ difference: TreeComparison.Difference, to list: inout FirstSyncList, below inside: FilePath
  ) {
    list.add(difference)
    if let change = Change.planned(difference, below: inside) {
      context.reporter.emit(.change(change))
    }
  }

  /// Makes the guards of a sync judge what was shown.
  func judge(_ shown: [Shown], _ there: [FolderFindings], filters: [FilterList]) throws {
    var needed: [(folder: FilePath, bytes: UInt64)] = []
    var folders: [DecidedFolder] = []
    for (index, each) in shown.enumerated() {
      switch each.work {
      case .mirror(let mirror):
        context.report(tooLong: mirror.plan.tooLong, of: each.here.path)
        let folder = try guards.folder(
          each.here, mirror, filters: filters[index])
        folders.append(folder)
        needed.append((each.here.path, folder.plan.bytes))
      case .list(let list, let entries):
        try guards.check(list, each.here, entries: entries)
        needed.append((each.here.path, list.needed))
      }
    }
    try guards.checkSpace(needed)
    try OwnerCheck(context: context, target: target).check(folders)
  }
}
