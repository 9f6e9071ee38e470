import FileTrees
import LiveCommit
import SystemPackage

/// Gives the state databases that came this machine's own rows in place of the source's.
struct StateMerge: ReceivedFileAlteration {
  private let states: [FilePath: StatePaths]

  init(in folders: [FilePath]) {
    states = Dictionary(folders.map { ($0, StatePaths(of: $0)) }) { first, _ in first }
  }

  func applies(to path: FilePath, in folder: FilePath) -> Bool {
    states[folder]?.fits(path) ?? false
  }

  func appliesWithin(_ directory: FilePath, in folder: FilePath) -> Bool {
    states[folder]?.fits(directory: directory) ?? false
  }

  func alter(_ file: EntryHandle, mine: EntryHandle?) throws -> UInt64 {
    try StateFile.merge(mine, into: file)
  }
}
