import Glibc
import PCSCore
import SystemPackage
import UserData

extension RsyncItem {
  /// The `change` line; `inside` is the folder's place in its subvolume.
  func change(below inside: FilePath, isPlanned: Bool) -> Change {
    Change(
      operation, path: inside.pushing(FilePath(bytes: path)), kind: kind,
      size: sendsContent ? size : nil, isPlanned: isPlanned)
  }

  /// What the content takes on the disk of this machine, which is less than its size where the file
  /// has holes.
  func allocated(below folder: FilePath) -> UInt64 {
    guard sendsContent, size > 1 << 20 else { return size }
    var status = stat()
    let path = folder.pushing(FilePath(bytes: path))
    guard path.withPlatformString({ lstat($0, &status) }) == 0 else { return size }
    return UInt64(status.st_blocks) * 512
  }
}

extension TransferPlan {
  func text(for folder: FilePath) -> String {
    if isEmpty { return "\(folder): nothing to do, \(sourceEntries) entries are equal" }
    return "\(folder): \(count) of \(sourceEntries) entries differ: "
      + "\(Size.text(bytes)) to copy, \(deleted) to delete"
  }

  var facts: [String: JSON] {
    [
      "entries": .integer(Int64(sourceEntries)), "changes": .integer(Int64(count)),
      "bytes": .integer(Int64(clamping: apparentBytes)), "deleted": .integer(Int64(deleted)),
    ]
  }
}
