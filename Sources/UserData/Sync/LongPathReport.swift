import PCSCore
import SyncFilter
import SystemPackage

extension ModuleContext {
  /// Names the paths that are too long to be synced: the sync ends with 2.
  func report(tooLong paths: [FilePath], of folder: FilePath) {
    for path in paths {
      let name = WirePath(folder.pushing(path))
      log(
        .warning,
        "\(name.text): left on both machines: a path of over \(PathLimit.bytes) bytes cannot be synced",
        name.context)
    }
    if !paths.isEmpty { leaveUndone() }
  }
}
