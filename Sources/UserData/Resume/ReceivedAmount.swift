import FileTrees
import LiveCommit
import PCSCore

/// Counts what a preparation has received, and writes the `InterruptedTransfer` of it.
struct ReceivedAmount {
  private let commits: WaitingCommits
  private var transfer: InterruptedTransfer
  private var read: UInt64 = 0
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?

  init(_ commits: WaitingCommits, session: String, peer: SessionRecord.Party) {
    self.commits = commits
    transfer = InterruptedTransfer(sessionID: session, peer: peer, files: 0, bytes: 0)
  }

  /// Notes by which inodes the preparation directories are found again.
  mutating func add(directories: [UInt64]) { transfer.directories = directories }

  /// Adds what an interrupted sync received and this one reuses.
  mutating func add(_ earlier: InterruptedTransfer) {
    transfer.files += earlier.files
    transfer.bytes += earlier.bytes
  }

  /// Counts a batch of frames.
  mutating func add(batch bytes: Int) { read += UInt64(bytes) }

  /// Counts a frame.
  mutating func add(_ frame: Frame) {
    switch frame {
    case .setting(_, _, let short): count(short)
    case .entry(_, let entry, _, let short) where entry.kind == .file: count(short)
    case .changed: transfer.files += 1
    case .data(_, let bytes): transfer.bytes += UInt64(bytes.count)
    default: break
    }
  }

  private mutating func count(_ short: [UInt8]?) {
    transfer.files += 1
    transfer.bytes += UInt64(short?.count ?? 0)
  }

  /// Whether enough was received to be kept after an interruption.
  var isWorthKeeping: Bool {
    read >= Self.leastKept || read > 0 && ContinuousClock.now - start >= .seconds(10)
  }

  /// Bytes of frames; less is sent again sooner than it is reused.
  private static let leastKept: UInt64 = 4 << 20

  /// Writes the amount, at most every 2 s; an error is ignored, since messages alone use it.
  mutating func note() {
    let now = ContinuousClock.now
    if let last, now - last < .seconds(2) { return }
    last = now
    try? commits.write(transfer)
  }

  /// Writes the amount for the last time.
  func end() { try? commits.write(transfer) }
}
