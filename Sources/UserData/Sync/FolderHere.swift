import PCSCore
import SystemPackage

/// One folder on the source, in its pre-sync snapshot.
struct FolderHere {
  let snapshot: FolderView
  /// Its place in the configuration.
  let index: Int
  /// The last session with the target that this machine remembers, whether its snapshots are still
  /// there or not; nil where it remembers none.
  let base: FolderBase?
  /// Whether the user agreed that the target's folder is replaced.
  let isFirst: Bool

  var path: FilePath { snapshot.survey.folder }
  var subvolume: String { snapshot.survey.name }
  var inside: FilePath { snapshot.survey.inside }

  init(
    _ survey: FolderSurvey, index: Int, invocation: Invocation, memory: UserDataMemory?
  ) throws {
    self.index = index
    snapshot =
      try invocation.dryRun
      ? FolderView(live: survey) : FolderView(survey, in: invocation.snapshots)
    isFirst = invocation.firstSync
    if let previous = invocation.previous, let memory, let ours = memory[survey.folder] {
      base = FolderBase(
        session: previous.session.id, snapshots: previous.snapshots, memory: ours,
        target: memory.target)
    } else {
      base = try SessionHistory().peer(of: invocation.session).flatMap { peer in
        try FolderBase.newest(of: survey.folder, module: UserDataMemory.module, peer: peer)
      }
    }
  }

  /// What the target is asked about it first of all.
  var question: LookRequest.Folder {
    LookRequest.Folder(
      path, base: base, isFirst: isFirst, sought: base?.memory.left.map(\.path) ?? [])
  }

  /// What changed here since the last sync.
  func changes() throws -> ChangesSinceBase {
    guard let base else {
      return .unknown(reason: "there is no earlier sync of it to compare with")
    }
    if snapshot.isLive { return .unknown(reason: "a dry run compares the live folders") }
    return try ChangesSinceBase(base, now: snapshot.root, subvolume: subvolume, inside: inside)
  }

  /// What the target is asked once the changes here are known.
  func probe(_ changes: ChangesSinceBase) -> ProbeRequest.Folder {
    guard case .known(let changes) = changes else { return ProbeRequest.Folder(path) }
    var listed: [FilePath] = []
    var probed: [FilePath] = []
    for change in changes {
      guard case .renamed(let from) = change.operation else { continue }
      probed += [from, change.path]
      if change.isDirectory { listed.append(from) }
    }
    return ProbeRequest.Folder(path, listed: listed, probed: probed)
  }
}

extension SessionHistory {
  /// The machine id of the other machine of a session that has begun.
  fileprivate func peer(of session: SyncSession) throws -> String? {
    try records().first { $0.session.id == session.id }?.peer.machineID
  }
}
