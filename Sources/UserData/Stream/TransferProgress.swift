import FileTrees
import LiveCommit
package import PCSCore

/// How much is to be done, or has been.
package struct TransferAmount: Sendable, Equatable {
  package let bytes: UInt64
  package let entries: Int

  package init(bytes: UInt64, entries: Int) {
    self.bytes = bytes
    self.entries = entries
  }

  /// An entry costs something whatever its size.
  fileprivate var cost: UInt64 { bytes + UInt64(entries) * 16384 }

  package static let none = TransferAmount(bytes: 0, entries: 0)

  package static func + (left: TransferAmount, right: TransferAmount) -> TransferAmount {
    TransferAmount(bytes: left.bytes + right.bytes, entries: left.entries + right.entries)
  }
}

extension MirrorPlan {
  package var amount: TransferAmount {
    TransferAmount(
      bytes: changes.settings.reduce(sums.values.reduce(0) { $0 + $1.bytes }) { sum, setting in
        sum + (setting.hasContent ? writtenBytes(of: setting) ?? setting.entry.data : 0)
      },
      entries: changes.renames.count + changes.deletions.count + changes.settings.count
        + changes.trees.count + sums.values.reduce(0) { $0 + $1.entries })
  }
}

/// The progress of a module that compares all folders, copies what differs, and puts it in place;
/// where it verifies everything it reads the folders once more.
///
/// Once the folders are compared it is the share of the work that is done.
package struct TransferProgress: Sendable, Equatable {
  /// The share of the comparison, whose work is not known before.
  private static let comparing = 0.05
  /// The cost of putting an entry in place, in bytes that could be sent instead.
  private static let placing = 4096.0
  /// The share of all that comes before a verification.
  private let writing: Double
  private let folders: Int
  private var compared = 0
  private var planned = TransferAmount.none
  private var placedEntries = 0
  private var finished = TransferAmount.none
  private var underWay = TransferAmount.none
  package private(set) var fraction = 0.0

  package init(folders: Int, verifies: Bool = false) {
    self.folders = max(folders, 1)
    writing = verifies ? 0.5 : 1
  }

  /// What is sent of what has to be; nil until that is known of all folders, and where it is nothing.
  package var amounts: ProgressAmounts? {
    guard compared == folders, planned != .none else { return nil }
    let done = finished + underWay
    return ProgressAmounts(
      bytesDone: done.bytes, bytesTotal: max(planned.bytes, done.bytes), filesDone: done.entries,
      filesTotal: planned.entries)
  }

  /// What the transfer has cost so far and will cost in all, in bytes; nil when nothing is sent now.
  package var costs: (done: Double, total: Double)? {
    let done = (finished + underWay).cost
    guard amounts != nil, done > 0, done < planned.cost else { return nil }
    return (Double(done), Double(planned.cost))
  }

  /// One more folder is compared, with what came out.
  package mutating func compared(_ amount: TransferAmount) {
    compared += 1
    planned = planned + amount
    advance(Self.comparing * Double(compared) / Double(folders))
  }

  /// A transfer of `amount` in all begins, after an earlier one came to nothing.
  package mutating func begin(_ amount: TransferAmount) {
    planned = amount
    (finished, underWay) = (.none, .none)
  }

  /// Takes bytes off the plan that the target received in an interrupted sync.
  package mutating func reuses(_ bytes: UInt64) {
    planned = TransferAmount(
      bytes: planned.bytes - min(planned.bytes, bytes), entries: planned.entries)
  }

  /// The transfer of a folder has sent so much of its plan.
  package mutating func sent(_ amount: TransferAmount) {
    underWay = amount
    advance()
  }

  package mutating func finished(_ amount: TransferAmount) {
    finished = finished + amount
    sent(.none)
  }

  /// One more entry is in its place.
  package mutating func placed() {
    placedEntries += 1
    advance()
  }

  /// So many of the entries of a folder are verified, and the folders before it.
  package mutating func verified(_ entries: Int, of all: Int, folder: Int) {
    let share = Double(folder) + min(Double(entries) / Double(max(all, 1)), 1)
    raise(to: writing + (1 - writing) * share / Double(folders))
  }

  private mutating func advance() {
    let placed = Double(min(placedEntries, planned.entries)) * Self.placing
    let done = min(Double((finished + underWay).cost), Double(planned.cost)) + placed
    let total = Double(planned.cost) + Double(planned.entries) * Self.placing
    advance(Self.comparing + (1 - Self.comparing) * (total > 0 ? done / total : 1))
  }

  /// Of what comes before a verification.
  private mutating func advance(_ value: Double) {
    raise(to: min(value, 1) * writing)
  }

  private mutating func raise(to value: Double) {
    fraction = min(max(fraction, value), 1)
  }
}
