import Btrfs
import FileTrees
import LiveCommit
package import PCSCore
import SystemPackage

/// Prepares and commits the plans of all folders, on the target.
package final class PreparedCommit {
  let requests: [PlanRequest]
  let reporter: Reporter
  let surveys: [FolderSurvey]
  /// By the places of the subvolumes among those of the session.
  private(set) var preparations: [Int: Preparation] = [:]
  /// Where each folder is: its preparation, and its place in that.
  private(set) var places: [(preparation: Preparation, index: Int)] = []
  private var current: Preparation?
  let unfinished = UnfinishedPreparations()
  /// Counts what is received; nil until the preparations are made.
  var amount: ReceivedAmount?

  /// Takes one request for each folder.
  ///
  /// `answer` gets the files of which the content is needed though no plan sends it. If there is
  /// any, nothing was done, and nil is returned. Else it gets the interrupted syncs whose files can
  /// be reused.
  package static func begin(
    _ requests: [PlanRequest], reporter: Reporter, answer: (PlanAnswer) -> Void
  ) throws -> PreparedCommit? {
    let commit = PreparedCommit(requests, reporter)
    do {
      try commit.prepare()
      try commit.adoptInterrupted(answer)
    } catch let error as OfSubvolume {
      commit.discard()
      for (index, path) in error.wanted.paths {
        answer(.folder(error.folders[index]))
        answer(.wanted(path))
      }
      return nil
    } catch {
      commit.discard()
      throw error
    }
    return commit
  }

  private init(_ requests: [PlanRequest], _ reporter: Reporter) {
    self.requests = requests
    self.reporter = reporter
    surveys = requests.map { FolderSurvey(of: $0.header.folder) }
  }

  /// `ContentWanted` of one subvolume, with the places of its folders.
  private struct OfSubvolume: Error {
    let wanted: ContentWanted
    let folders: [Int]
  }

  var header: PlanRequest.Header { requests[0].header }

  /// The places of the folders in each subvolume.
  var subvolumes: [(subvolume: Int, folders: [Int])] {
    Dictionary(grouping: requests.indices) { requests[$0].header.subvolume }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func prepare() throws {
    guard let session = requests.first?.header.session else { throw WireError() }
    let snapshots = try subvolumes.map {
      try FolderView(surveys[$0.folders[0]], in: header.snapshots).root
    }
    try unfinished.removeAll(reporter)
    try unfinished.begin(session, snapshots.map(\.path))
    var indices: [Int: Int] = [:]
    for ((subvolume, own), preSync) in zip(subvolumes, snapshots) {
      let first = surveys[own[0]]
      try Stages.removeUnfinished(beside: preSync, reporter)
      let live = try TopLevel(of: preSync, for: .writing).live(first.name, id: first.subvolumeID)
        .root
      try unfinished.remove(in: live, reporter)
      do {
        preparations[subvolume] = try Preparation(
          own.map(planned), from: source(of: own), live: live, before: preSync, session: session,
          altering: StateMerge(in: own.map { requests[$0].header.folder }))
      } catch let wanted as ContentWanted {
        throw OfSubvolume(wanted: wanted, folders: own)
      }
      for (index, folder) in own.enumerated() { indices[folder] = index }
    }
    places = try requests.enumerated().map { number, request in
      guard let preparation = preparations[request.header.subvolume], let index = indices[number]
      else { throw WireError() }
      return (preparation, index)
    }
  }

  private func planned(_ number: Int) -> PlannedFolder {
    let request = requests[number]
    return PlannedFolder(surveys[number].inside, at: request.header.folder, request.changes)
  }

  private func source(of folders: [Int]) -> Preparation.Source {
    Preparation.Source(header.peer, folders.map { requests[$0].header.sourceSnapshot })
  }

  /// Keeps what was received for the next sync of the same source, or removes it where it is little.
  package func interrupt() {
    guard preparations.values.contains(where: \.hasReceipt) else { return discard() }
    amount?.end()
    preparations = [:]
  }

  /// Takes a `FrameBatch`.
  package func receive(_ bytes: [UInt8]) throws {
    amount?.add(batch: bytes.count)
    try FrameBatch.read(bytes) { frame in
      amount?.add(frame)
      switch frame {
      case .setting(let folder, let index, let short):
        let place = try place(of: folder)
        try place.preparation.receive(.setting(folder: place.index, index, short: short))
      case .changed(let folder, let index):
        let place = try place(of: folder)
        try place.preparation.receive(.changed(folder: place.index, index))
      case .reusedSetting(let folder, let index, let reused):
        let place = try place(of: folder)
        try place.preparation.receive(.reusedSetting(folder: place.index, index, reused))
      case .directory(let folder, let path, let entry, let flags):
        let place = try place(of: folder)
        try place.preparation.receive(.directory(folder: place.index, path, entry, flags: flags))
      default:
        guard let current else { throw WireError() }
        try current.receive(frame)
      }
    }
    guard amount?.isWorthKeeping == true else { return }
    for preparation in preparations.values { try preparation.writeReceipt() }
    amount?.note()
  }

  private func place(
    of folder: Int
  ) throws(WireError) -> (preparation: Preparation, index: Int) {
    guard places.indices.contains(folder) else { throw WireError() }
    current = places[folder].preparation
    return places[folder]
  }

  /// Commits everything, and hands on the paths that stay different.
  package func carryOut(_ answer: (PlanAnswer) -> Void) throws {
    do { for preparation in preparations.values { try preparation.finish() } } catch {
      discard()
      throw error
    }
    for (path, flags) in preparations.values.flatMap(\.flagless) {
      reporter.logLost(flags: flags, of: path)
    }
    tellStaying(answer)
    do { try commit(answer) } catch {
      if !WaitingCommits().waits(header.session) { discard() }
      throw error
    }
  }

  /// Removes the prepared entries, when nothing is committed.
  package func discard() {
    do {
      for preparation in preparations.values { try preparation.discard() }
      if let header = requests.first?.header { unfinished.end(header.session) }
    } catch {
      let words = (error as? any ToolError)?.description ?? "\(error)"
      reporter.log(.warning, "what was prepared stays until the next sync: \(words)")
    }
    preparations = [:]
  }
}
