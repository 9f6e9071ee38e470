import FileTrees
import PCSCore
import SystemPackage

extension StagedCommit {
  /// Tells what the folders of a subvolume shall be, by their places in `folders`, and what was
  /// prepared for them.
  typealias Goal = (_ folders: [Int], _ surveys: [FolderSurvey], _ preSync: Directory) throws ->
    (CommitGoal, Preparation?)

  /// Brings all folders to where they shall be, and says of every path what was done; the paths that
  /// stay different are handed to `left`, with the place of their folder.
  func carryOut(
    _ header: StageRequest.Header, _ reporter: Reporter, goal: Goal,
    left: (_ folder: Int, _ path: FilePath) -> Void
  ) throws {
    let surveys = folders.map { FolderSurvey(of: $0.path) }
    let parts = try parts(surveys, header, goal)
    let request = CommitRequest(
      waiting: WaitingCommit(
        sessionID: header.session, peer: header.peer,
        folders: surveys.map {
          WaitingCommit.Folder(path: $0.folder.string, subvolume: $0.name)
        }),
      parts: parts.map(\.0), prepared: parts.map(\.1))
    let journal = CommitJournal(request)
    let tally = CommitTally(reporter, journal)
    defer { tally.flush() }
    try Commit.carryOut(request) { subvolume, outcome in
      let path = tally.add(subvolume, outcome)
      guard outcome.isUndone else { return }
      for (index, folder) in folders.enumerated() {
        if let place = path.relative(to: folder.path) { left(index, place) }
      }
    }
    if tally.kept > 0 {
      reporter.log(
        .warning,
        "\(tally.kept) version\(tally.kept == 1 ? "" : "s") of this machine kept beside the source's",
        ["kept": .integer(Int64(tally.kept))])
    }
    tally.logOpenFiles(on: Machine.hostname)
    try journal.deleteStages()
    if tally.done >= Settlement.leastPaths {
      for part in request.parts { settle(part, header.session, reporter) }
    }
    try CommitRecord.pruneBeforeLastSyncs(keeping: header.session)
  }

  /// What cannot be looked through now the next sync looks through.
  private func settle(_ part: CommitPart, _ session: String, _ reporter: Reporter) {
    do {
      try part.settle(session: session)
    } catch {
      let words = (error as? any ToolError)?.description ?? "\(error)"
      reporter.log(.warning, "the next sync takes longer: \(words)")
    }
  }

  /// One part for each subvolume.
  private func parts(
    _ surveys: [FolderSurvey], _ header: StageRequest.Header, _ goal: Goal
  ) throws -> [(CommitPart, Preparation?)] {
    try Set(folders.map(\.stage)).sorted().map { stage in
      let own = folders.indices.filter { folders[$0].stage == stage }
      guard let first = own.first.map({ surveys[$0] }) else { throw WireError() }
      let preSync = try FolderView(first, in: header.snapshots).root
      let (goal, preparation) = try goal(own, surveys, preSync)
      let part = try CommitPart(
        subvolume: first.name, id: first.subvolumeID, preSync: preSync.path, goal: goal,
        folders: own.map { surveys[$0].inside }, preparation: preparation?.inode)
      return (part, preparation)
    }
  }
}
