import FoundationEssentials
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

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

  private func expectRefusal(_ history: SessionHistory) throws {
    let error = #expect(throws: HistoryError.self) { try history.records() }
    #expect(error?.exitStatus == .inputOutput)
    #expect(error?.id == "history.unreadable")
  }

  private func write(_ text: String, to path: FilePath) throws {
    try Data(text.utf8).write(to: URL(filePath: path.string))
  }
}
