/// How far a module is that first compares all folders and then copies what differs.
package struct TransferProgress: Sendable, Equatable {
  /// What the comparison is of the whole.
  private static let comparing = 0.1
  /// What an entry costs, whatever its size, in bytes.
  private static let entryCost: UInt64 = 16384

  private let folders: Int
  private var compared = 0
  private var planned: UInt64 = 0
  private var finished: UInt64 = 0
  private var underWay: UInt64 = 0
  package private(set) var fraction = 0.0

  package init(folders: Int) {
    self.folders = max(folders, 1)
  }

  /// One more folder is compared, with what came out.
  package mutating func compared(_ plan: TransferPlan) {
    compared += 1
    planned += Self.cost(plan.apparentBytes, plan.count)
    advance(Self.comparing * Double(compared) / Double(folders))
  }

  /// The transfer of a folder has sent so much of its plan.
  package mutating func sent(bytes: UInt64, entries: Int) {
    underWay = Self.cost(bytes, entries)
    let share = planned == 0 ? 1 : Double(finished + underWay) / Double(planned)
    advance(Self.comparing + (1 - Self.comparing) * min(share, 1))
  }

  package mutating func finished(_ plan: TransferPlan) {
    finished += Self.cost(plan.apparentBytes, plan.count)
    sent(bytes: 0, entries: 0)
  }

  private mutating func advance(_ value: Double) {
    fraction = min(max(fraction, value), 1)
  }

  private static func cost(_ bytes: UInt64, _ entries: Int) -> UInt64 {
    bytes + UInt64(entries) * entryCost
  }
}
