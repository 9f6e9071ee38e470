import FileTrees

/// The files that one interrupted sync has received in a subvolume of the target.
///
/// Takes 16 bytes for each file, 24 where contents are compared; of large ones the path as well.
package final class ReceivedList {
  package let session: String
  /// Whether the keys are with content, since the target's files may be damaged.
  package let readsContent: Bool
  package private(set) var bytes: UInt64 = 0
  private var keys: [ReceivedKey] = []
  private var hints: [UInt64] = []
  package private(set) var large: [ReceivedBatch.Large] = []

  package init(_ session: String, readsContent: Bool) {
    self.session = session
    self.readsContent = readsContent
  }

  package var count: Int { keys.count }

  package func add(_ batch: ReceivedBatch) {
    keys += batch.keys
    hints += batch.hints
    large += batch.large
    bytes += batch.bytes
  }

  /// To be called once everything was added.
  package func end() {
    keys.sort()
    hints.sort()
  }

  /// Whether a file is there of which the content is not compared.
  func has(_ key: ReceivedKey) -> Bool { !readsContent && keys.hasSorted(key) }

  func has(_ key: ReceivedKey, content: () throws -> ContentDigest) throws -> Bool {
    guard readsContent else { return keys.hasSorted(key) }
    return try hints.hasSorted(key.hint) && keys.hasSorted(key.with(content()))
  }
}
