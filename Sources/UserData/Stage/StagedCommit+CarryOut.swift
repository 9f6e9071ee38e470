import Btrfs
package import PCSCore
package import SystemPackage

extension StagedCommit {
  /// Brings all stages into the live trees, and says of every path what was done; the paths that
  /// stay different are handed to `left`, with the place of their folder.
  package func carryOut(
    _ header: StageRequest.Header, _ reporter: Reporter,
    left: (_ folder: Int, _ path: FilePath) -> Void
  ) throws {
    let surveys = folders.map { FolderSurvey(of: $0.path) }
    let request = CommitRequest(
      waiting: WaitingCommit(
        sessionID: header.session, peer: header.peer,
        folders: surveys.map {
          WaitingCommit.Folder(path: $0.folder.string, subvolume: $0.subvolume.string)
        }),
      parts: try parts(surveys, header))
    let journal = CommitJournal(request)
    let tally = CommitTally(reporter, journal)
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
    _ surveys: [FolderSurvey], _ header: StageRequest.Header
  ) throws -> [CommitPart] {
    try Set(folders.map(\.stage)).sorted().map { stage in
      let own = zip(folders, surveys).filter { $0.0.stage == stage }
      guard let first = own.first?.1 else { throw WireError() }
      let preSync = try SnapshotFolder(first, in: header.snapshots).root
      let snapshot = try StageSnapshot(
        beside: preSync.path, session: header.session, index: stage)
      try Subvolume.makeReadOnly(snapshot.open(from: preSync))
      return try CommitPart(
        subvolume: first.subvolume.string, preSync: preSync.path, stage: snapshot.path,
        folders: own.map(\.1.inside),
        keepNewerThan: keepNewerThan.map {
          FileTime(
            seconds: $0.milliseconds / 1000, nanoseconds: UInt32($0.milliseconds % 1000) * 1_000_000
          )
        },
        keepingIn: own.filter(\.0.isFull).map(\.1.inside))
    }
  }
}
