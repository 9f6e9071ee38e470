import FileTrees
import PCSCore
import SyncFilter
import Synchronization
import SystemPackage

extension UserDataSync {
  /// What is known of both machines once both were looked at.
  struct Situation {
    let machines: BothMachines
    let here: [FolderHere]
    let changes: [ChangesSinceBase]
    let there: [FolderFindings]
    let targetID: String
  }

  func look() throws -> Situation {
    pace.say("Finding what changed")
    let invocation = context.invocation
    let memory = try remembered()
    let paths = settings.folders
    var survey = try context.blocking { try await MachineSurvey(of: paths) }
    if let problem = survey.folders.compactMap(\.problem).first {
      throw SyncError(problem, id: "user_data.invalid")
    }
    let here = try survey.folders.enumerated().map { index, folder in
      try FolderHere(folder, index: index, invocation: invocation, memory: memory)
    }
    // The target compares its snapshots while we compare ours.
    try target.send(
      .look(LookRequest(snapshots: invocation.snapshots, folders: here.map(\.question))))
    for (index, folder) in here.enumerated() {
      survey.folders[index].snaps = try SnapSurvey(of: folder.path, in: folder.snapshot.folder)
      survey.folders[index].states = try StateSurvey(of: folder.path, in: folder.snapshot.folder)
    }
    let changes = try here.map { try $0.changes() }
    let view = try view(of: here, changes)
    guard let there = view.survey else { throw WireError() }
    let machines = BothMachines(source: survey, target: there)
    if let problem = machines.problems(paths, snapshotted: nil).first {
      throw SyncError(problem, id: "user_data.invalid")
    }
    for folder in paths { sayStates(machines, folder) }
    // What keeps a folder from being looked at is a problem that was said.
    guard view.folders.count == here.count else { throw WireError() }
    return Situation(
      machines: machines, here: here, changes: changes, there: view.folders,
      targetID: there.machineID)
  }

  /// Warns of the state databases that are left.
  private func sayStates(_ machines: BothMachines, _ folder: FilePath) {
    for (path, text) in machines.stateWarnings(folder) {
      context.log(.warning, text, WirePath(path).context)
    }
  }

  /// The memory of the last sync; nil where it cannot be read.
  private func remembered() throws -> UserDataMemory? {
    guard let state = context.invocation.previous?.state else { return nil }
    do { return try UserDataMemory(state: state) } catch {
      let reason = (error as? any ToolError)?.description ?? "\(error)"
      context.log(.warning, "the memory of the last sync cannot be read: \(reason)")
      return nil
    }
  }

  /// What the target has found, and what it says to our own changes.
  private func view(of here: [FolderHere], _ changes: [ChangesSinceBase]) throws -> TargetView {
    let view = Mutex(TargetView())
    let add: @Sendable ([UInt8]) throws -> Void = { line in
      try view.withLock { try $0.add(line: line) }
    }
    try target.receive(add)
    let probes = zip(here, changes).map { $0.probe($1) }
    if view.withLock({ $0.folders.count }) == here.count, !probes.allSatisfy(\.isEmpty) {
      let request = ProbeRequest(snapshots: context.invocation.snapshots, folders: probes)
      try target.ask(.probe(request), add)
    }
    return view.withLock { $0 }
  }

  func planning(of index: Int, _ situation: Situation) -> FolderPlanning {
    let here = situation.here[index]
    let snapshots = context.invocation.snapshots
    return FolderPlanning(
      here: here, changes: situation.changes[index], there: situation.there[index],
      filters: filters(of: here.path, situation.machines), rules: settings.conflicts,
      target: situation.targetID, sourceHost: situation.machines.source.hostname,
      targetHost: situation.machines.target.hostname, moment: .now,
      evidence: context.invocation.evidence,
      lister: TargetLister(
        target: target, folder: here.path, snapshots: snapshots),
      liveChanges: { [target] in try LiveChanges(of: $0, here, target) },
      broughtHere: { [target] in try IncompleteArrivals(here: here, target: target).known(among: $0)
      },
      unitsThere: { [target] databases, stores in
        try target.units(
          UnitRequest(
            folder: here.path, databases: databases, stores: stores,
            snapshots: snapshots))
      },
      digests: { [target] paths in
        let request = DigestRequest(folder: here.path, paths: paths, snapshots: snapshots)
        return try target.digests(request)
      },
      blocks: { [target, pace] files, meanwhile in
        for file in files { pace.say("Comparing \(WirePath(here.path.pushing(file.path)).text)") }
        let request = BlockRequest(folder: here.path, files: files, snapshots: snapshots)
        return try target.blocks(request, meanwhile: meanwhile)
      })
  }

  /// Returns why everything of a folder has to be compared, and says so; nil when its changes are
  /// known.
  func reasonToCompare(_ planning: FolderPlanning) throws -> String? {
    let reason = try planning.reasonToCompare()
    if let reason {
      let path = planning.here.path
      pace.say("Comparing \(path)")
      context.log(.info, "\(path): comparing everything: \(reason)")
    }
    return reason
  }

  func filters(of folder: FilePath, _ machines: BothMachines) -> FilterList {
    FilterList(machines, folder, user: rules)
  }
}
