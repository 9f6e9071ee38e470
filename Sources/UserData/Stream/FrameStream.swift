import FileTrees
package import LiveCommit

/// Collects frames into batches, and hands each on once it is full.
package final class FrameStream {
  private var batch = FrameBatch()
  private let send: (FrameBatch, TransferAmount) throws -> Void
  private var amount = TransferAmount(bytes: 0, entries: 0)

  /// `send` gets each batch, with the sum of everything up to its end.
  package init(_ send: @escaping (FrameBatch, TransferAmount) throws -> Void) {
    self.send = send
  }

  /// Bytes of files in everything that was added.
  package var bytes: UInt64 { amount.bytes }

  func add(_ frame: Frame) throws {
    batch.add(frame)
    amount = TransferAmount(
      bytes: amount.bytes + UInt64(frame.content), entries: amount.entries + frame.entries)
    if batch.isFull { try flush() }
  }

  package func flush() throws {
    if batch.isEmpty { return }
    let full = batch
    batch = FrameBatch()
    try send(full, amount)
  }
}

extension Frame {
  /// Bytes of files in it.
  fileprivate var content: Int {
    switch self {
    case .setting(_, _, let short), .entry(_, _, _, let short): short?.count ?? 0
    case .data(_, let bytes): bytes.count
    default: 0
    }
  }

  fileprivate var entries: Int {
    switch self {
    case .setting, .changed, .entry, .link, .directory, .reusedSetting, .reusedEntry: 1
    default: 0
    }
  }
}
