import FoundationEssentials
import PCSCore
import Testing

/// Requirement U2: sessions are ordered by their numbers, never by a clock.
@Suite struct SessionOrderTests {
  private func order(_ records: [SessionRecord]) -> [String] { records.inOrder.map(\.session.id) }

  @Test("U2: the number decides, whatever the clocks said") func theNumberDecides() {
    let ahead = SessionRecord.fixture("00000001", minute: 120, number: 7)
    let later = SessionRecord.fixture("00000002", minute: 1, number: 8)
    #expect(order([later, ahead]) == ["00000001", "00000002"])
  }

  @Test("U2: records without a number come first, by their order") func recordsWithoutANumber() {
    let old = [
      SessionRecord.fixture("0000000b", minute: 600), .fixture("0000000a", minute: 599),
    ]
    let new = SessionRecord.fixture("00000001", minute: 0, number: 3)
    #expect(order([new] + old) == ["0000000a", "0000000b", "00000001"])
  }

  @Test("U2: the next number is larger than those of all sessions, also of those without one")
  func theHighestNumber() {
    #expect([SessionRecord]().highestNumber == 0)
    #expect([SessionRecord.fixture("1"), .fixture("2"), .fixture("3")].highestNumber == 3)
    let mixed = [SessionRecord.fixture("1"), .fixture("2", number: 9), .fixture("3", number: 4)]
    #expect(mixed.highestNumber == 9)
    #expect(mixed.numbers == ["2": 9, "3": 4])
  }

  @Test("U2: a record of a version without numbers is read") func anOldRecordIsRead() throws {
    var members = try #require(
      try JSON(encoding: SessionRecord.fixture(number: 5, hasWritten: true)).object)
    #expect(members["number"] == 5)
    members["number"] = nil
    members["written"] = nil
    let read: SessionRecord = try JSON.object(members).decode()
    #expect(read == .fixture())
  }
}
