import FileTrees
import LiveCommit
import PCSCore
import SystemPackage

extension PreparedCommit {
  /// Adopts what interrupted syncs of the same source received, and reports each of them.
  func adoptInterrupted(_ answer: (PlanAnswer) -> Void) throws {
    var amount = ReceivedAmount(WaitingCommits(), session: header.session, peer: header.peer)
    let waiting = Set(try WaitingCommits().list().map(\.sessionID))
    amount.add(directories: preparations.values.map(\.inode))
    var earlier: Set<String> = []
    for (subvolume, preparation) in preparations.sorted(by: { $0.key < $1.key }) {
      let receipts = try preparation.adoptInterrupted(besidesThoseOf: waiting)
      if receipts.isEmpty { continue }
      for receipt in receipts {
        earlier.insert(receipt.session)
        let isSameMount = try preparation.isSameMount(as: receipt)
        answer(
          .interrupted(
            InterruptedSync(receipt, subvolume: subvolume, isSameMount: isSameMount)))
      }
    }
    for session in earlier {
      if let transfer = WaitingCommits().transfer(session) { amount.add(transfer) }
      unfinished.end(session)
    }
    if !earlier.isEmpty { amount.note() }
    self.amount = amount
  }

  /// Answers which files an interrupted sync has received.
  package func answer(
    _ request: ReceivedRequest, _ answer: ([UInt8]) throws -> Void
  ) throws {
    try interrupted(request.session, request.subvolume)
      .answer(readsContent: request.readsContent) { try answer($0.line) }
  }

  /// Answers with the digests of the blocks of such files.
  package func answer(
    _ request: ReceivedBlocksRequest, _ answer: ([UInt8]) throws -> Void
  ) throws {
    try interrupted(request.session, request.subvolume).answer(request, answer)
  }

  private func interrupted(
    _ session: String, _ subvolume: Int
  ) throws(WireError) -> InterruptedPreparation {
    guard let found = preparations[subvolume]?.interrupted[session] else { throw WireError() }
    return found
  }
}
