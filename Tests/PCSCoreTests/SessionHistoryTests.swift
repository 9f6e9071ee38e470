import FoundationEssentials
import Glibc
import PCSTestSupport
import SystemPackage
import Testing

@testable import PCSCore

/// Requirements S2 and S3: what a machine remembers.
@Suite struct SessionHistoryTests {
  private func withHistory(_ body: (SessionHistory, FilePath) throws -> Void) async throws {
    try await withScratchDirectory { directory in
      let history = directory.appending("state/history")
      try body(SessionHistory(directory: history), history)
    }
  }

  @Test("S3: absent history is none") func absentIsEmpty() async throws {
    try await withHistory { history, _ in
      let records = try history.records()
      #expect(records.isEmpty)
    }
  }

  @Test func recordsComeBackOldestFirst() async throws {
    try await withHistory { history, _ in
      let records = [
        SessionRecord.fixture("00000002", minute: 1), .fixture("00000001", minute: 2),
        .fixture("00000003", role: .target, minute: 3),
      ]
      for record in records.reversed() { try history.write(record) }
      #expect(try history.records() == records)
    }
  }

  @Test("S2: a session has one record, rewritten whole") func aRecordIsReplaced() async throws {
    try await withHistory { history, directory in
      try history.write(.fixture(state: .executing))
      try history.write(.fixture(state: .completed))
      #expect(try history.records().map(\.session.state) == [.completed])
      let names = try FileManager.default.contentsOfDirectory(atPath: directory.string)
      #expect(names == ["0badcafe.json"])
      let attributes = try FileManager.default.attributesOfItem(
        atPath: directory.appending("0badcafe.json").string)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test func whatNoSyncLooksAtIsPutAwayAndStillKnown() async throws {
    try await withHistory { history, _ in
      let vega = (Int64(0)..<30).map { number in
        SessionRecord.fixture("000000\(number + 10)", minute: number * 2)
      }
      let lyra = SessionRecord.fixture("00000001", peer: "lyra", minute: 1)
      for record in vega + [lyra] { try history.write(record) }
      try history.putOlderAway()
      #expect(try history.records() == [lyra] + vega.suffix(20))
      #expect(try history.allRecords() == [vega[0], lyra] + vega.dropFirst())
      #expect(history.has(vega[0].session.id) && !history.has("ffffffff"))
      // One that was put away is rewritten where it is.
      var first = vega[0]
      first.isRolledBack = true
      try history.write(first)
      #expect(try history.records().count == 21)
      #expect(try history.allRecords().first == first)
      try history.putOlderAway()
      #expect(try history.records().count == 21)
      #expect(try FileManager.default.contentsOfDirectory(atPath: history.older.string).count == 10)
    }
  }

  @Test func whatDidNotCompleteOrWasRolledBackDoesNotCount() {
    var records: [SessionRecord] = []
    for number in 0..<60 {
      let isFailed = number % 3 == 1
      records.append(
        .fixture(
          "000000\(number + 10)", state: isFailed ? .failed : .completed, minute: Int64(number),
          isRolledBack: number % 3 == 2))
    }
    #expect(SessionHistory.old(of: records) == [])
    records.append(.fixture("ffffffff", minute: 60))
    #expect(SessionHistory.old(of: records) == ["00000012", "00000011", "00000010"])
  }

  @Test("S2: what a write was killed at is no record") func aPartIsNoRecord() async throws {
    try await withHistory { history, directory in
      try history.write(.fixture())
      try write("{", to: directory.appending(".0badcafe.json.4711"))
      #expect(try history.records().count == 1)
    }
  }

  @Test(
    "S3: history that cannot be read is refused, never taken for none",
    arguments: ["", "{", "{}", "null", #"{"role":"source"}"#])
  func unreadableIsAnError(_ text: String) async throws {
    try await withHistory { history, directory in
      try history.write(.fixture("00000001"))
      try write(text, to: directory.appending("00000002.json"))
      try expectRefusal(history)
    }
  }

  @Test("S3: nor is a directory that cannot be read") func anUnreadablePlaceIsAnError() async throws
  {
    try await withScratchDirectory { directory in
      let file = directory.appending("file")
      try write("", to: file)
      try expectRefusal(SessionHistory(directory: file))
      try FileManager.default.createDirectory(
        atPath: directory.appending("history/1.json").string, withIntermediateDirectories: true)
      try expectRefusal(SessionHistory(directory: directory.appending("history")))
    }
  }

  @Test(
    "S3: what stands in the place of a record and is no regular file is refused at once",
    .timeLimit(.minutes(1)))
  func whatIsNoRegularFileIsRefused() async throws {
    try await withHistory { history, directory in
      try history.write(.fixture("00000001"))
      let place = directory.appending("00000002.json")
      for make in [
        { mkfifo($0, 0o600) }, { mkdir($0, 0o700) }, { symlink("00000001.json", $0) },
      ] as [(UnsafePointer<CInterop.PlatformChar>) -> CInt] {
        #expect(place.withPlatformString(make) == 0)
        try expectRefusal(history)
        #expect(place.withPlatformString { remove($0) } == 0)
      }
      #expect(try history.records().count == 1)
    }
  }

  private func expectRefusal(_ history: SessionHistory) throws {
    let error = #expect(throws: HistoryError.self) { try history.records() }
    #expect(error?.exitStatus == .inputOutput)
    #expect(error?.id == "history.unreadable")
  }

  private func write(_ text: String, to path: FilePath) throws {
    try Data(text.utf8).write(to: URL(filePath: path.string))
  }
}
