import PCSCore
import Testing

@testable import pcs_sync

/// Requirement N4: when a rollback is offered, and what is answered.
@Suite struct RollbackOfferTests {
  private static let before: [Snapshot] = {
    var snapshot = Snapshot.fixture(of: "1")
    snapshot.kind = .preSync
    return [snapshot]
  }()
  private let failed = Ending.failed(nil, .failure)

  @Test("N4: only after a failure that came after a change of something of the user's")
  func isDueAfterAChangeAlone() {
    #expect(RollbackOffer.isDue(after: failed, Self.before, hasWritten: true))
    #expect(RollbackOffer.isDue(after: failed, Self.before, hasWritten: nil))
    #expect(!RollbackOffer.isDue(after: failed, Self.before, hasWritten: false))
    #expect(!RollbackOffer.isDue(after: failed, [.fixture(of: "1")], hasWritten: true))
    for ending in [Ending.completed, .partial, .aborted(signal: 2)] {
      #expect(!RollbackOffer.isDue(after: ending, Self.before, hasWritten: true))
    }
  }

  @Test("N4: a module that refused, found conflicts or says so has written nothing")
  func hasWrittenUnlessItSaysOtherwise() {
    func hasWritten(_ status: PCSCore.ExitStatus, _ context: [String: JSON] = [:]) -> Bool? {
      let error = SyncError("x: failed", id: "x", exitStatus: status, context: context)
      return RollbackOffer.hasWritten(error)
    }
    #expect(hasWritten(.failure) == true)
    #expect(hasWritten(.unavailable) == true)
    #expect(hasWritten(.conflicts) == false)
    #expect(hasWritten(.refused) == false)
    #expect(hasWritten(.noSpace, ["written": false]) == false)
    #expect(hasWritten(.noSpace, ["written": true]) == true)
    #expect(RollbackOffer.hasWritten(CancellationError()) == nil)
  }

  @Test(
    "N4: of the target alone unless the answer asks for both",
    arguments: [
      ("y", .target), ("yes", .target), ("Y", .target), ("both", .both), ("b", .both),
      ("n", .none), ("", .none), ("bo", .none), (nil, .none),
    ] as [(String?, RollbackOffer.Answer)])
  func theAnswerDecides(answer: String?, expected: RollbackOffer.Answer) {
    #expect(RollbackOffer.read(answer) == expected)
  }
}
