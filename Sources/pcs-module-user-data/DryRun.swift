import PCSCore
import SystemPackage
import UserData

/// What a sync would do, found by comparing the live trees in full: nothing may be written, not
/// even a snapshot.
struct DryRun {
  let context: ModuleContext
  let settings: UserDataSettings
  let rules: UserRules
  let machines: BothMachines
  let target: TargetHalf

  func execute() throws {
    let pace = ProgressPace(context, folders: settings.folders.count)
    let memory = context.invocation.previous?.state.flatMap { try? $0.decode(UserDataMemory.self) }
    var open = 0
    let plans = try settings.folders.map { folder -> (folder: FilePath, plan: TransferPlan) in
      let (plan, items) = try compare(folder, pace)
      if let base = base(of: folder, memory) { open += try clashes(items, folder, base) }
      return (folder, plan)
    }
    if open > 0 { throw ConflictError(count: open, target: machines.target.hostname) }
    for (folder, plan) in plans { try settings.maximumDeleted.check(plan, of: folder) }
    try machines.checkSpace(plans.map { ($0.folder, $0.plan.bytes) })
    pace.finish("Nothing written: dry run")
  }

  private func compare(
    _ folder: FilePath, _ pace: ProgressPace
  ) throws -> (plan: TransferPlan, items: [RsyncItem]) {
    let inside = machines.source[folder]?.inside ?? ""
    let items = Collected<RsyncItem>()
    var comparison = FolderComparison(
      context: context, folder: folder, command: try command(for: folder), pace: pace)
    comparison.onItem = { [context] item in
      items.add(item)
      context.reporter.emit(.change(item.change(below: inside, isPlanned: true)))
    }
    return (try comparison.run(), items.all)
  }

  private func command(for folder: FilePath) throws -> RsyncCommand {
    let list = FilterList(
      folder: folder, exceptions: machines.exceptions(of: folder), user: rules)
    let reader = try DirectoryRulesReader(folder, as: folder)
    let all = list.rules(ofDirectories: try DirectoryRulesSearch.rules(below: reader, list))
    let view = [TargetHalf.program.string, "view", folder.string, "--"]
    return RsyncCommand(
      source: folder, folder: folder, destination: folder, selection: .everything(all),
      remoteShell: [Places.tool("pcs-remote").string, "rsh"] + view)
  }

  /// Where the sync itself would compare in full it would know of no conflict.
  private func base(of folder: FilePath, _ memory: UserDataMemory?) -> FolderBase? {
    guard let previous = context.invocation.previous, let memory, let ours = memory[folder] else {
      return nil
    }
    let list = FilterList(
      folder: folder, exceptions: machines.exceptions(of: folder), user: rules)
    guard ours.filter == list.digest else { return nil }
    return FolderBase(
      session: previous.session.id, snapshots: previous.snapshots, memory: ours,
      target: memory.target)
  }

  /// Says every conflict; returns how many would end the sync.
  private func clashes(
    _ items: [RsyncItem], _ folder: FilePath, _ base: FolderBase
  ) throws -> Int {
    guard let source = machines.source[folder], let there = machines.target[folder] else {
      return 0
    }
    let paths = items.map { FilePath(bytes: $0.path) }.filter { !$0.isEmpty }
    if paths.isEmpty { return 0 }
    let here = Entries(
      try context.blocking {
        try await LiveView.compare(CompareRequest(source, base: base, paths: paths))
      })
    let theirs = Entries(
      try context.blocking { [target] in
        try await target.compare(CompareRequest(there, base: base, paths: paths))
      })
    let same = try sameContent(of: folder, here, theirs)
    var planner = Planner(
      rules: settings.conflicts, entryHere: { here.entries[$0] ?? nil },
      isSameContent: { same.contains($0) },
      copyName: { path, _, number in path.appending("\(number)") })
    var candidates: [FilePath: Candidate] = [:]
    for path in theirs.changed {
      candidates[path] = Candidate(
        isChangedHere: here.changed.contains(path), hasContent: true,
        there: Candidate.There(entry: theirs.entries[path] ?? nil, isChanged: true))
    }
    let plan = try planner.plan(candidates, renames: [])
    context.say(plan.clashes, subvolume: source.name, inside: source.inside)
    return plan.clashes.filter { $0.use == .stop }.count
  }

  /// The files that somebody changed on the target to what they are here.
  private func sameContent(
    of folder: FilePath, _ here: Entries, _ there: Entries
  ) throws -> Set<FilePath> {
    let open = there.changed.filter { path in
      guard let ours = here.entries[path] ?? nil, let theirs = there.entries[path] ?? nil else {
        return false
      }
      return ours.kind == .file && ours.isLike(theirs)
    }.sorted { $0.string < $1.string }
    if open.isEmpty { return [] }
    let request = DigestRequest(folder: folder, paths: open, snapshots: [])
    let (ours, theirs) = try context.blocking { [target] in
      (try await LiveView.digests(request), try await target.digests(request))
    }
    return Set(zip(open, zip(ours, theirs)).filter { $0.1.0 == $0.1.1 }.map(\.0))
  }

  /// What one machine said of paths.
  private struct Entries {
    var entries: [FilePath: Entry?] = [:]
    var changed: Set<FilePath> = []

    init(_ replies: [LookReply]) {
      for reply in replies {
        switch reply {
        case .changed(let path, let entry, _, _):
          entries[path] = .some(entry)
          changed.insert(path)
        case .sought(let path, let entry): entries[path] = .some(entry)
        default: break
        }
      }
    }
  }
}
