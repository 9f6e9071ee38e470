package import PCSCore
package import SystemPackage

/// What one machine knows of itself that a sync of its folders needs.
package struct MachineSurvey: Codable, Sendable, Equatable {
  package var hostname: String
  package var machineID: String
  /// What `rsync --version` says; nil when it cannot be run.
  package var rsync: String?
  /// Whether it was asked: a sync does that once, before it begins.
  private var isRsyncAsked: Bool
  package var folders: [FolderSurvey]
  /// The programs that have files of the folders open for writing; nil when nobody looked.
  package private(set) var programs: [WritingProgram]?
  /// nil when they were not asked for: before a sync begins they are.
  package var accounts: Accounts?

  /// Looks at this machine; `accounts` names some that are asked for beside those it lists.
  package init(
    of folders: [FilePath], asksRsync: Bool = true, accounts: AccountRequest? = nil
  ) async throws {
    hostname = Machine.hostname
    machineID = try Machine.machineID()
    self.folders = folders.map { FolderSurvey(of: $0) }
    isRsyncAsked = asksRsync
    if let accounts { self.accounts = try await Accounts(of: accounts) }
    guard asksRsync else { return }
    let answer = try? await ChildProcess("rsync", ["--version"]).capture()
    try Task.checkCancellation()
    rsync = answer.map { String(decoding: $0.output, as: UTF8.self) }
  }

  /// Looks for programs that have files of the folders open for writing.
  package mutating func findPrograms() {
    programs = folders.flatMap { WritingProgram.all(below: $0.folder) }
  }

  /// Looks for snaps in the folders as a session sees them.
  package mutating func findSnaps(asked snapshots: [Snapshot]) throws {
    for index in folders.indices where folders[index].problem == nil {
      let path = folders[index].folder
      let view = try FolderView(path, asked: snapshots)
      folders[index].snaps = try SnapSurvey(of: path, in: view.folder)
    }
  }

  /// What keeps rsync from being used.
  package var rsyncProblem: String? {
    guard isRsyncAsked else { return nil }
    guard let rsync, let build = RsyncBuild(rsync) else {
      return "\(hostname): rsync is not installed"
    }
    return build.problem.map { "\(hostname): \($0)" }
  }

  package var rsyncWarning: String? {
    rsync.flatMap { RsyncBuild($0) }?.warning.map { "\(hostname): \($0)" }
  }

  package subscript(folder: FilePath) -> FolderSurvey? { folders.first { $0.folder == folder } }
}
