import Btrfs
package import PCSCore

extension SnapshotDiff {
  /// Every change.
  package func changes() throws -> [Change] {
    var changes: [Change] = []
    try eachChange { changes.append($0) }
    return changes
  }
}
