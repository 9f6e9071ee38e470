import FileTrees
import LiveCommit
import PCSCore
import SystemPackage

extension PreparedCommit {
  /// Commits what was prepared in all subvolumes, and logs each path; hands on those that stay
  /// different.
  func commit(_ answer: (PlanAnswer) -> Void) throws {
    let parts = try subvolumes.map { try part($0.subvolume, $0.folders) }
    let request = CommitRequest(
      waiting: WaitingCommit(
        sessionID: header.session, peer: header.peer,
        folders: surveys.map {
          WaitingCommit.Folder(path: $0.folder.string, subvolume: $0.name)
        }),
      parts: parts, prepared: subvolumes.map { preparations[$0.subvolume] })
    let tally = CommitTally(reporter, CommitJournal(request))
    defer { tally.flush() }
    try Commit.carryOut(request) { subvolume, outcome in
      let path = tally.add(subvolume, outcome)
      guard outcome.isUndone else { return }
      for (index, survey) in surveys.enumerated() {
        if let place = path.relative(to: survey.folder) { answer(.left(folder: index, place)) }
      }
    }
    if tally.kept > 0 {
      reporter.log(
        .warning,
        "\(tally.kept) version\(tally.kept == 1 ? "" : "s") of this machine kept beside the source's",
        ["kept": .integer(Int64(tally.kept))])
    }
    tally.logOpenFiles(on: Machine.hostname)
    if tally.done >= Settlement.leastPaths {
      for part in parts { settle(part) }
    }
    try CommitRecord.pruneBeforeLastSyncs(keeping: header.session)
  }

  private func part(_ subvolume: Int, _ folders: [Int]) throws -> CommitPart {
    let first = surveys[folders[0]]
    return try CommitPart(
      subvolume: first.name, id: first.subvolumeID,
      preSync: FolderView(first, in: header.snapshots).root.path, goal: .prepared,
      folders: folders.map { surveys[$0].inside }, preparation: preparations[subvolume]?.inode)
  }

  /// What cannot be looked through now the next sync looks through.
  private func settle(_ part: CommitPart) {
    do {
      try part.settle(session: header.session)
    } catch {
      let words = (error as? any ToolError)?.description ?? "\(error)"
      reporter.log(.warning, "the next sync takes longer: \(words)")
    }
  }

  // MARK: Directories that stay

  /// Reports the directories that stay though the plans delete or replace them, with their entries.
  func tellStaying(_ answer: (PlanAnswer) -> Void) {
    for (number, place) in places.enumerated() {
      let folder = requests[number].header.folder
      let inside = place.preparation.folders[place.index].place
      let (kept, occupied) = (place.preparation.kept, place.preparation.occupied)
      if kept.isEmpty && occupied.isEmpty { continue }
      answer(.folder(number))
      for directory in kept {
        guard let path = directory.path.relative(to: inside) else { continue }
        reporter.logKept(directory: folder.pushing(path))
        answer(.stays(path))
        tell(directory.remaining, in: inside, answer)
      }
      for directory in occupied {
        guard let path = directory.path.relative(to: inside) else { continue }
        reporter.log(occupied: folder.pushing(path), isDirectory: !directory.remaining.isEmpty)
        answer(.occupied(path))
        tell(directory.remaining, in: inside, answer)
      }
    }
  }

  private func tell(
    _ entries: [KeptDirectory.Entry], in inside: FilePath, _ answer: (PlanAnswer) -> Void
  ) {
    for entry in entries {
      guard let path = entry.path.relative(to: inside) else { continue }
      answer(.remaining(path, isDirectory: entry.isDirectory))
    }
  }
}
