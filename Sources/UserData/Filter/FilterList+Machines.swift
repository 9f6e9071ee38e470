package import SyncFilter
package import SystemPackage

extension FilterList {
  /// The rules for `folder` in a sync between two machines.
  package init(_ machines: BothMachines, _ folder: FilePath, user: UserRules) {
    self.init(
      folder: folder, exceptions: machines.exceptions(of: folder),
      snaps: machines.snapsLeft(in: folder), states: machines.statesLeft(in: folder), user: user)
  }
}
