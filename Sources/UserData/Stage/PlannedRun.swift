import FileTrees
package import PCSCore
import SystemPackage

/// What the target does with plans that are small enough to be committed without a stage.
package struct PlannedRun {
  private let requests: [StageRequest]
  private let reporter: Reporter
  private let answer: (StageAnswer) -> Void

  /// One request for each folder; the last one says what is committed.
  package init(
    _ requests: [StageRequest], reporter: Reporter, answer: @escaping (StageAnswer) -> Void
  ) {
    self.requests = requests
    self.reporter = reporter
    self.answer = answer
  }

  package func run() throws {
    guard let header = requests.last?.header, let commit = header.commit,
      commit.folders.map(\.path) == requests.map(\.header.folder)
    else { throw WireError() }
    for request in requests { try verify(request) }
    do {
      try commit.carryOut(header, reporter) { folders, surveys, preSync in
        try StageSnapshot.removeUnfinished(beside: preSync.path, reporter)
        return .plans(
          try folders.map { try PlannedFolder(surveys[$0].inside, requests[$0]) })
      } left: { folder, path in
        answer(.left(folder: folder, path))
      }
    } catch is NeedsStage {
      answer(.needsStage)
    }
  }

  private func verify(_ request: StageRequest) throws {
    let different = request.contents.filter { path, content in
      request.digests[path] != ContentDigest(of: content)
    }
    if let first = different.keys.first {
      throw StageError.different(request.header.folder.pushing(first), count: different.count)
    }
  }
}
