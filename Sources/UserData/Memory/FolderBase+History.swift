import FoundationEssentials
import PCSCore
package import SystemPackage

extension FolderBase {
  /// The base of `folder` that a record describes; nil where its session did not sync the folder.
  init?(_ record: SessionRecord, module: String, folder: FilePath) {
    guard record.isBase(of: module),
      let state = record.modules[module]?.state,
      let memory = try? UserDataMemory(state: state), let ours = memory[folder]
    else { return nil }
    self.init(
      session: record.session.id, snapshots: record.snapshots, memory: ours, target: memory.target)
  }

  /// The base of the newest session of this machine that synced `folder`, with `peer` or, when that
  /// is nil, with any machine.
  package static func newest(
    of folder: FilePath, module: String, peer: String? = nil
  ) throws -> FolderBase? {
    try SessionHistory().records().reversed().lazy
      .filter { peer == nil || $0.peer.machineID == peer }
      .compactMap { FolderBase($0, module: module, folder: folder) }.first
  }
}

extension SessionRecord {
  /// Whether the session completed with the module's success, and was not rolled back since.
  fileprivate func isBase(of module: String) -> Bool {
    session.state == .completed && !isRolledBack && modules[module]?.result == .success
  }
}
