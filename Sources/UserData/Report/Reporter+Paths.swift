import FileTrees
import PCSCore
import SystemPackage

extension Reporter {
  /// Logs that a directory stays although it is to go.
  func logKept(directory path: FilePath) {
    let name = WirePath(path)
    log(.info, "\(name.text): stays: something in it is not to be deleted", name.context)
  }

  /// Logs that a path cannot be as on the source: a directory is there and stays, or it is one more
  /// name of what has no place.
  func log(occupied path: FilePath, isDirectory: Bool) {
    let name = WirePath(path)
    let reason =
      isDirectory
      ? "something excluded is in it, and the source has no directory there"
      : "it is one file with what has no place here"
    log(.warning, "\(name.text): stays as it is: \(reason)", name.context)
  }

  /// Logs the flags of the source's that an entry cannot have here.
  func logLost(flags: UInt32, of path: FilePath) {
    let name = WirePath(path)
    for flag in InodeFlags.names(in: flags, butNotIn: 0) {
      log(.warning, "\(name.text): \(flag) was not kept", name.context)
    }
  }
}
