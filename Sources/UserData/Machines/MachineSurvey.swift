package import PCSCore
package import SystemPackage

/// What one machine knows of itself that a sync of its folders needs.
package struct MachineSurvey: Codable, Sendable, Equatable {
  package var hostname: String
  package var machineID: String
  package var folders: [FolderSurvey]
  /// The programs that have files of the folders open for writing; nil when nobody looked.
  package private(set) var programs: [WritingProgram]?
  /// nil when they were not asked for: before a sync begins they are.
  package var accounts: Accounts?
  /// Bytes received by interrupted syncs, by the machine ids of their sources; nil when nobody looked.
  package private(set) var received: [String: UInt64]?

  /// Looks at this machine; `accounts` names some that are asked for beside those it lists.
  package init(of folders: [FilePath], accounts: AccountRequest? = nil) async throws {
    hostname = Machine.hostname
    machineID = try Machine.machineID()
    self.folders = folders.map { FolderSurvey(of: $0) }
    if let accounts { self.accounts = try await Accounts(of: accounts) }
  }

  /// Looks for programs that have files of the folders open for writing.
  package mutating func findPrograms() {
    programs = folders.flatMap { WritingProgram.all(below: $0.folder) }
  }

  /// Looks for what interrupted syncs have received.
  package mutating func findReceived(_ commits: WaitingCommits = WaitingCommits()) {
    received = Dictionary(
      commits.transfers().map { ($0.peer.machineID, $0.bytes) }, uniquingKeysWith: +)
  }

  /// Looks for snaps and state databases in the folders as a session sees them.
  package mutating func findSnapsAndStates(asked snapshots: [Snapshot]) throws {
    for index in folders.indices where folders[index].problem == nil {
      let path = folders[index].folder
      let view = try FolderView(path, asked: snapshots)
      folders[index].snaps = try SnapSurvey(of: path, in: view.folder)
      folders[index].states = try StateSurvey(of: path, in: view.folder)
    }
  }

  package subscript(folder: FilePath) -> FolderSurvey? { folders.first { $0.folder == folder } }
}
