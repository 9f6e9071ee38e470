import PCSCore
import Testing

@testable import pcs_sync

/// What a module gets back of an earlier sync, and when it does not.
@Suite struct PreviousSessionTests {
  private static let both: [SessionRecord] = [.fixture("1"), .fixture("2")]

  private func find(
    here: [SessionRecord] = both, there: [SessionRecord] = both,
    snapshots: [Snapshot] = [.fixture(of: "1"), .fixture(of: "2")], _ module: String = "user-data"
  ) -> (session: String?, reason: String?) {
    let found = PreviousSession(here: here, there: there, snapshots: snapshots).find(module)
    return (found.previous?.session.id, found.reason)
  }

  @Test func isTheNewestThatBothKnow() {
    #expect(find() == ("2", nil))
    #expect(find(there: [.fixture("1")]) == ("1", nil))
    #expect(find(here: [.fixture("1")]) == ("1", nil))
  }

  @Test func carriesWhatTheModuleRemembersHere() throws {
    let finder = PreviousSession(here: Self.both, there: Self.both, snapshots: [.fixture(of: "2")])
    let previous = try #require(finder.find("user-data").previous)
    #expect(previous.state == ["of": "2"])
    #expect(previous.snapshots == [.fixture(of: "2")])
  }

  @Test func isPassedOverWhereEitherMachineDidNotComplete() {
    let failures: [SessionRecord] = [
      .fixture("2", state: .failed), .fixture("2", state: .executing),
      .fixture("2", state: .aborted), .fixture("2", result: .failed),
      .fixture("2", result: .skipped), .fixture("2", isRolledBack: true),
    ]
    for failure in failures {
      #expect(find(here: [.fixture("1"), failure]) == ("1", nil))
      #expect(find(there: [.fixture("1"), failure]) == ("1", nil))
    }
  }

  @Test func isNoneWithAReasonWhenThereIsNone() {
    let reason = "no earlier sync of these two machines completed user-data"
    #expect(find(here: []) == (nil, reason))
    #expect(find(there: []) == (nil, reason))
    #expect(find(here: [.fixture("1")], there: [.fixture("2")]) == (nil, reason))
    #expect(find("docker") == (nil, "no earlier sync of these two machines completed docker"))
  }

  @Test func isNoneWhenASnapshotIsGoneOrAltered() {
    let reason = "a snapshot of session 2 is gone or was altered"
    #expect(find(snapshots: [.fixture(of: "1")]) == (nil, reason))
    #expect(
      find(snapshots: [.fixture(of: "1"), .fixture(of: "2", generation: 8)]) == (nil, reason))
  }
}
