import Btrfs
import FileTrees
package import PCSCore
import SystemPackage

/// Prepares and commits the plans of all folders, on the target.
package final class PreparedCommit {
  private let header: StageRequest.Header
  private let commit: StagedCommit
  private let reporter: Reporter
  /// By the places of the subvolumes among those of the session.
  private var preparations: [Int: Preparation] = [:]
  /// Where each folder is: its preparation, and its place in that.
  private var places: [(preparation: Preparation, index: Int)] = []
  private var current: Preparation?
  private let unfinished = UnfinishedPreparations()

  /// Takes one request for each folder; the last one says what is committed.
  ///
  /// Throws `NeedsStage` when the plans need a stage; then nothing was done.
  package init(_ requests: [StageRequest], reporter: Reporter) throws {
    guard let header = requests.last?.header, let commit = header.commit,
      commit.folders.map(\.path) == requests.map(\.header.folder)
    else { throw WireError() }
    self.header = header
    self.commit = commit
    self.reporter = reporter
    do { try prepare(requests) } catch {
      discard()
      throw error
    }
  }

  private func prepare(_ requests: [StageRequest]) throws {
    let surveys = commit.folders.map { FolderSurvey(of: $0.path) }
    var indices: [Int: Int] = [:]
    let stages = Set(commit.folders.map(\.stage)).sorted()
    let owners = stages.map { stage in
      commit.folders.indices.filter { commit.folders[$0].stage == stage }
    }
    let snapshots = try owners.map { try FolderView(surveys[$0[0]], in: header.snapshots).root }
    try unfinished.removeAll(reporter)
    try unfinished.begin(header.session, snapshots.map(\.path))
    for (stage, (own, preSync)) in zip(stages, zip(owners, snapshots)) {
      let first = surveys[own[0]]
      try StageSnapshot.removeUnfinished(beside: preSync.path, reporter)
      let live = try TopLevel(of: preSync, for: .writing).live(first.name, id: first.subvolumeID)
        .root
      try unfinished.remove(in: live, reporter)
      preparations[stage] = try Preparation(
        own.map { try PlannedFolder(surveys[$0].inside, requests[$0]) }, live: live,
        before: preSync, session: header.session)
      for (index, folder) in own.enumerated() { indices[folder] = index }
    }
    places = try commit.folders.enumerated().map { number, folder in
      guard let preparation = preparations[folder.stage], let index = indices[number] else {
        throw WireError()
      }
      return (preparation, index)
    }
  }

  /// Reports the files of which the source has to send all.
  package func reportWanted(_ answer: (StageAnswer) -> Void) {
    for (number, place) in places.enumerated() {
      let paths = place.preparation.wanted.filter { $0.folder == place.index }.map(\.path)
      if paths.isEmpty { continue }
      answer(.folder(number))
      for path in paths { answer(.wanted(path)) }
    }
  }

  /// Takes a `FrameBatch`.
  package func receive(_ bytes: [UInt8]) throws {
    try FrameBatch.read(bytes) { frame in
      switch frame {
      case .setting(let folder, let index, let short):
        let place = try place(of: folder)
        try place.preparation.receive(.setting(folder: place.index, index, short: short))
      case .changed(let folder, let index):
        let place = try place(of: folder)
        try place.preparation.receive(.changed(folder: place.index, index))
      case .directory(let folder, let path, let entry, let flags):
        let place = try place(of: folder)
        try place.preparation.receive(.directory(folder: place.index, path, entry, flags: flags))
      default:
        guard let current else { throw WireError() }
        try current.receive(frame)
      }
    }
  }

  private func place(
    of folder: Int
  ) throws(WireError) -> (preparation: Preparation, index: Int) {
    guard places.indices.contains(folder) else { throw WireError() }
    current = places[folder].preparation
    return places[folder]
  }

  /// Reports the directories that the plans delete and that stay, with their entries.
  private func tellKept(_ answer: (StageAnswer) -> Void) {
    for (number, place) in places.enumerated() {
      let (preparation, folder) = (place.preparation, commit.folders[number].path)
      let inside = preparation.folders[place.index].place
      let kept = preparation.desired.kept.filter { $0.path.starts(with: inside) }
      if kept.isEmpty { continue }
      answer(.folder(number))
      for directory in kept {
        guard let path = directory.path.relative(to: inside) else { continue }
        reporter.logKept(directory: folder.pushing(path))
        answer(.stays(path))
        for entry in directory.remaining {
          guard let path = entry.path.relative(to: inside) else { continue }
          answer(.remaining(path, isDirectory: entry.isDirectory))
        }
      }
    }
  }

  /// Commits everything, and hands on the paths that stay different.
  package func carryOut(_ answer: (StageAnswer) -> Void) throws {
    do { for preparation in preparations.values { try preparation.finish() } } catch {
      discard()
      throw error
    }
    for (path, flags) in preparations.values.flatMap(\.flagless) {
      reporter.logLost(flags: flags, of: path)
    }
    tellKept(answer)
    do {
      try commit.carryOut(header, reporter) { [preparations] folders, _, _ in
        (.prepared, preparations[commit.folders[folders[0]].stage])
      } left: { folder, path in
        answer(.left(folder: folder, path))
      }
    } catch {
      if !WaitingCommits().waits(header.session) { discard() }
      throw error
    }
  }

  /// Removes the prepared entries, when nothing is committed.
  package func discard() {
    do {
      for preparation in preparations.values { try preparation.discard() }
      unfinished.end(header.session)
    } catch {
      let words = (error as? any ToolError)?.description ?? "\(error)"
      reporter.log(.warning, "what was prepared stays until the next sync: \(words)")
    }
    preparations = [:]
  }
}
