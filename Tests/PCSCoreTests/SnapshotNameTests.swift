import PCSCore
import Testing

/// Requirement N3: names of snapshots.
@Suite struct SnapshotNameTests {
  @Test(
    "N3: a name says what it is of, when, and of which session",
    arguments: [
      ("@-presync-20251115T120000Z-abc12345", "@", Snapshot.Kind.preSync),
      ("@home-postsync-20251115T120000Z-abc12345", "@home", .postSync),
      ("a-b--c-presync-20251115T120000Z-abc12345", "a-b--c", .preSync),
      ("-presync-20251115T120000Z-abc12345-presync-20251115T120000Z-abc12345", nil, .preSync),
      ("-x-postsync-20251115T120000Z-abc12345", "-x", .postSync),
      ("mit Leer ä-presync-20251115T120000Z-abc12345", "mit Leer ä", .preSync),
    ] as [(String, String?, Snapshot.Kind)])
  func isReadAndWritten(text: String, subvolume: String?, kind: Snapshot.Kind) throws {
    let name = try #require(SnapshotName(text))
    #expect(name.subvolume == subvolume ?? "-presync-20251115T120000Z-abc12345")
    #expect(name.kind == kind)
    #expect(name.sessionID == "abc12345")
    #expect(name.moment == Timestamp("2025-11-15T12:00:00Z"))
    #expect(name.text == text)
    let moment = try #require(name.moment)
    #expect(
      SnapshotName(subvolume: name.subvolume, kind: kind, timestamp: moment, sessionID: "abc12345")
        == name)
  }

  @Test(
    "N3: other names are not ours",
    arguments: [
      "", "@home", "-presync-20251115T120000Z-abc12345", "@home-presync-20251115T120000Z",
      "@home-presync-20251115T120000Z-ABC12345", "@home-presync-20251115T120000Z-abc1234",
      "@home-presync-20251115T120000Z-abc123456", "@home-presync-20251115T120000-abc12345",
      "@home-presync-2025111５T120000Z-abc12345", "@home-midsync-20251115T120000Z-abc12345",
      "@home-rolledback-20251115T120000Z-abc12345", "@home-PRESYNC-20251115T120000Z-abc12345",
      "@home-presync-20251115T120000Z-abc12345 ", "@home-presync-20251115T120000Z-abc12345-",
    ])
  func othersAreNotOurs(_ text: String) {
    #expect(SnapshotName(text) == nil)
  }

  @Test func anImpossibleDayHasNoMoment() {
    #expect(SnapshotName("@-presync-20251399T120000Z-abc12345")?.moment == nil)
  }
}
