import FileTrees
import PCSCore
import SystemPackage

extension Reporter {
  /// Logs that a directory stays although it is to go.
  func logKept(directory path: FilePath) {
    let name = WirePath(path)
    log(.info, "\(name.text): stays: something in it is not to be deleted", name.context)
  }

  /// Logs the flags of the source's that an entry cannot have here.
  func logLost(flags: UInt32, of path: FilePath) {
    let name = WirePath(path)
    for flag in InodeFlags.names(in: flags, butNotIn: 0) {
      log(.warning, "\(name.text): \(flag) was not kept", name.context)
    }
  }
}
