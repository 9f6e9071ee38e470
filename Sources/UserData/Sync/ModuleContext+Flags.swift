import FileTrees
import PCSCore
import SystemPackage

extension ModuleContext {
  /// Says which flags of files are not carried to the target.
  func sayUntold(_ flags: [FilePath: UInt32], of folder: FilePath) {
    for (path, flags) in flags.sorted(by: { $0.key.string < $1.key.string }) {
      let name = WirePath(folder.pushing(path))
      for flag in InodeFlags.untold(flags) {
        log(.warning, "\(name.text): \(flag) is not carried to the target", name.context)
      }
    }
  }
}
