package import SyncFilter
package import SystemPackage

extension FilterList {
  /// What decides for `folder` between two machines.
  package init(_ machines: BothMachines, _ folder: FilePath, user: UserRules) {
    self.init(
      folder: folder, exceptions: machines.exceptions(of: folder),
      snaps: machines.snapsLeft(in: folder), user: user)
  }
}
