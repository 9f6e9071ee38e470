import FileTrees

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
}

extension MirrorPlan {
  package var amount: TransferAmount {
    TransferAmount(
      bytes: settings.reduce(trees.reduce(0) { $0 + $1.sum.bytes }) {
        $1.hasContent ? $0 + $1.entry.size : $0
      },
      entries: renames.count + deletions.count + settings.count
        + trees.reduce(0) { $0 + 1 + $1.sum.entries })
  }
}

/// How far a module is that first compares all folders, then copies what differs, then puts it in
/// place, and where it verifies everything reads the folders once more.
package struct TransferProgress: Sendable, Equatable {
  /// What the comparison is of the whole, and what the copy.
  private static let (comparing, copying) = (0.1, 0.6)
  /// The share of all that comes before a verification.
  private let writing: Double
  private let folders: Int
  private var compared = 0
  private var planned: UInt64 = 0
  private var plannedEntries = 0
  private var placedEntries = 0
  private var finished: UInt64 = 0
  private var underWay: UInt64 = 0
  package private(set) var fraction = 0.0

  package init(folders: Int, verifies: Bool = false) {
    self.folders = max(folders, 1)
    writing = verifies ? 0.5 : 1
  }

  /// One more folder is compared, with what came out.
  package mutating func compared(_ amount: TransferAmount) {
    compared += 1
    planned += amount.cost
    plannedEntries += amount.entries
    advance(Self.comparing * Double(compared) / Double(folders))
  }

  /// The transfer of a folder has sent so much of its plan.
  package mutating func sent(_ amount: TransferAmount) {
    underWay = amount.cost
    let share = planned == 0 ? 1 : Double(finished + underWay) / Double(planned)
    advance(Self.comparing + Self.copying * min(share, 1))
  }

  package mutating func finished(_ amount: TransferAmount) {
    finished += amount.cost
    sent(TransferAmount(bytes: 0, entries: 0))
  }

  /// One more entry is in its place.
  package mutating func placed() {
    placedEntries += 1
    guard plannedEntries > 0 else { return }
    let before = Self.comparing + Self.copying
    let share = Double(placedEntries) / Double(plannedEntries)
    advance(before + (1 - before) * min(share, 1))
  }

  /// So many of the entries of a folder are verified, and the folders before it.
  package mutating func verified(_ entries: Int, of all: Int, folder: Int) {
    let share = Double(folder) + min(Double(entries) / Double(max(all, 1)), 1)
    raise(to: writing + (1 - writing) * share / Double(folders))
  }

  /// Of what comes before a verification.
  private mutating func advance(_ value: Double) {
    raise(to: min(value, 1) * writing)
  }

  private mutating func raise(to value: Double) {
    fraction = min(max(fraction, value), 1)
  }
}
