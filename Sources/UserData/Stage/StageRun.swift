import Btrfs
import FileTrees
package import PCSCore
import SystemPackage

/// What the target does with one `StageRequest`: makes the stage, or ends it, or commits.
package struct StageRun {
  private let request: StageRequest
  private let reporter: Reporter
  private let answer: (StageAnswer) -> Void
  private let survey: FolderSurvey

  package init(
    _ request: StageRequest, reporter: Reporter,
    answer: @escaping (StageAnswer) -> Void
  ) throws {
    self.request = request
    self.answer = answer
    self.reporter = reporter
    survey = FolderSurvey(of: request.header.folder)
    if let problem = survey.problem { throw SyncError(problem, id: "user_data.folder") }
  }

  package func run() throws {
    let before = try FolderView(survey, in: request.header.snapshots)
    let preSync = before.root
    if request.header.abandons {
      return try StageSnapshot.removeUnfinished(beside: preSync.path, reporter)
    }
    let stage = try StageSnapshot(
      beside: preSync.path, session: request.header.session, index: request.header.stage)
    if request.header.prepares {
      try UnfinishedPreparations().removeAll(reporter)
      try StageSnapshot.removeUnfinished(
        beside: preSync.path, besidesThoseOf: request.header.session, reporter)
    }
    let opened = try stage.open(from: preSync)
    guard let root = try opened.beneath(survey.inside) else {
      throw FileError(opened.path.pushing(survey.inside), "cannot open", .noSuchFileOrDirectory)
    }
    var work = StageWork(
      StageTree(root), before: EntryTree(before.folder), plan: request.plan)
    if request.header.prepares {
      let wanted = try work.prepare()
      for path in wanted { answer(.wanted(path)) }
      for path in work.kept { try tell(kept: path, StageTree(root).tree) }
      for path in work.occupied { try tell(occupied: path, StageTree(root).tree) }
      if !wanted.isEmpty { return }
      try work.write(request.contents)
    }
    if request.header.finishes {
      try work.finish()
      for (path, flags) in work.flagless {
        reporter.logLost(flags: flags, of: request.header.folder.pushing(path))
      }
      try verify(StageTree(root), work.plan)
    }
    try commit()
  }

  private func commit() throws {
    guard let commit = request.header.commit else { return }
    try commit.carryOut(request.header, reporter) { folders, _, preSync in
      let index = commit.folders[folders[0]].stage
      let stage = try StageSnapshot(
        beside: preSync.path, session: request.header.session, index: index)
      try Subvolume.makeReadOnly(stage.open(from: preSync))
      return (try .stage(at: stage.path), nil)
    } left: { folder, path in
      answer(.left(folder: folder, path))
    }
  }

  private func verify(_ stage: StageTree, _ plan: MirrorPlan) throws {
    let verification = StageVerification(stage.tree, digests: request.digests)
    let different = try verification.differences(from: plan)
    if let first = different.first {
      throw StageError.different(request.header.folder.pushing(first), count: different.count)
    }
  }

  private func tell(occupied path: FilePath, _ tree: EntryTree) throws {
    let name = WirePath(request.header.folder.pushing(path))
    let reason =
      try tree.entry(at: path)?.kind == .directory
      ? "something excluded is in it, and the source has no directory there"
      : "it is one file with what has no place here"
    reporter.log(.warning, "\(name.text): stays as it is: \(reason)", name.context)
    answer(.occupied(path))
    try tellRemaining(path, tree)
  }

  private func tell(kept path: FilePath, _ tree: EntryTree) throws {
    reporter.logKept(directory: request.header.folder.pushing(path))
    answer(.stays(path))
    try tellRemaining(path, tree)
  }

  private func tellRemaining(_ path: FilePath, _ tree: EntryTree) throws {
    try tree.walk(path) { path, isDirectory in
      answer(.remaining(path, isDirectory: isDirectory))
    }
  }
}
