import Btrfs
import PCSCore
import SystemPackage
import UserData

/// One folder on the source, in its pre-sync snapshot.
struct FolderHere {
  let snapshot: SnapshotFolder
  /// Its place in the configuration.
  let index: Int
  let memory: FolderMemory?
  /// What this machine's comparison since the last sync begins with.
  let base: FolderBase?
  /// What changed here since; nil when everything is to be compared, because of `reason`.
  let changes: [FolderChange]?
  let reason: String?

  var path: FilePath { snapshot.survey.folder }
  var subvolume: String { snapshot.survey.subvolume.string }
  var inside: FilePath { snapshot.survey.inside }

  init(
    _ survey: FolderSurvey, index: Int, invocation: Invocation, memory: UserDataMemory?
  ) throws {
    self.index = index
    snapshot = try SnapshotFolder(survey, in: invocation.snapshots)
    self.memory = memory?[survey.folder]
    guard let previous = invocation.previous, let memory, let ours = memory[survey.folder] else {
      base = nil
      changes = nil
      reason = "there is no earlier sync of it to compare with"
      return
    }
    let base = FolderBase(
      session: previous.session.id, snapshots: previous.snapshots, memory: ours,
      target: memory.target)
    self.base = base
    switch try ChangesSinceBase(
      base, now: snapshot.root, subvolume: survey.subvolume.string, inside: survey.inside)
    {
    case .known(let found): (changes, reason) = (found, nil)
    case .unknown(let why): (changes, reason) = (nil, why)
    }
  }

  /// What the target is asked about it.
  var request: LookRequest.Folder {
    guard let changes, let base else {
      return LookRequest.Folder(path, base: nil)
    }
    var listed: [FilePath] = []
    var probed: [FilePath] = []
    for change in changes {
      guard case .renamed(let from) = change.operation else { continue }
      probed += [from, change.path]
      if change.isDirectory { listed.append(from) }
    }
    return LookRequest.Folder(
      path, base: base, listed: listed, sought: base.memory.left.map(\.path), probed: probed)
  }
}
