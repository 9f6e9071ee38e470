import Display
import PCSCore
import SystemPackage
import Testing

@Suite struct BoardLayoutTests {
  /// A sync in the middle of its second module.
  private var board: Board {
    var board = Board()
    board.apply(
      .session(
        SyncSession(
          id: "0badcafe", sourceHostname: "atlas", targetHostname: "vega",
          enabledModules: ["btrfs-snapshots", "dummy-success", "user-data"], lockPath: "/run/lock",
          target: "vega", configPath: nil, dryRun: false)))
    board.apply(
      .state(StateChange(sessionID: "0badcafe", state: .executing, previous: .validating)))
    board.apply(
      .moduleResult(
        ModuleOutcome(
          sessionID: "0badcafe", module: "btrfs-snapshots", phase: .pre, result: .success,
          duration: 0.42)))
    board.apply(
      .progress(
        ProgressUpdate(
          module: "dummy-success", hostname: "atlas", percentage: 0.5,
          currentItem: "a \u{1B}[2J name", eta: 80, sessionID: "0badcafe")), at: 57)
    for (host, available) in [("atlas", UInt64(300)), ("vega", 50)] {
      board.apply(
        .disk(
          DiskSpace(
            hostname: host, path: "/", total: 500 << 30, available: available << 30)))
    }
    return board
  }

  private func text(_ columns: Int, _ rows: Int) -> String {
    BoardLayout(columns: columns, rows: rows).lines(board, elapsed: 62).map { line in
      String(line.text.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  @Test func fitsEightyColumns() {
    #expect(
      text(80, 24) == """

        EXECUTING  atlas → vega                                               1/4  1:02
        btrfs-snapshots (pre)  SUCCESS  0.4 s
        dummy-success          ██████████░░░░░░░░░░  50%  a \\u{1b}[2J name     eta 1:15
        user-data
        btrfs-snapshots (post)
        atlas 300 GiB free (60%)   vega 50.0 GiB free (10%)
        """)
  }

  @Test func showsHowFastBytesAreTransferred() {
    func row(_ done: [UInt64], columns: Int = 80) -> String {
      var board = Board()
      for (second, bytes) in done.enumerated() {
        let amounts = ProgressAmounts(
          bytesDone: bytes, bytesTotal: 900_000_000, filesDone: 1, filesTotal: 2)
        board.apply(
          .progress(
            ProgressUpdate(
              module: "user-data", hostname: "atlas", percentage: 0.25, currentItem: "Sending x",
              eta: 3, sessionID: "0badcafe", amounts: amounts)), at: Double(second))
      }
      let elapsed = Double(done.count - 1)
      return BoardLayout(columns: columns, rows: 5).lines(board, elapsed: elapsed)[1].text
    }
    #expect(
      row([0, 100_000_000, 246_000_000])
        == "user-data █████░░░░░░░░░░░░░░░  25%  Sending x               123 MB/s  eta 0:03")
    #expect(!row([0]).contains("/s"))
    #expect(!row([0, 900_000_000]).contains("/s"))
    #expect(row([0, 1_500, 3_000]).contains("  1.5 kB/s  eta"))
    #expect(row([0, 0, 0]).contains("  0 B/s  eta"))
    // The time to the end is shown where there is no room for both.
    #expect(row([0, 100_000_000], columns: 60).hasSuffix("eta 0:03"))
  }

  @Test func fitsTwentyColumns() {
    #expect(
      text(20, 24) == """

        EXECUTING 1/4  1:02
        btrfs-… SUCCESS  0…
        dummy-… ███░░░  50%
        user-d…
        btrfs-…
        atlas 60%  vega 10%
        """)
  }

  @Test func showsWhatRunsWhenNotAllFits() {
    #expect(
      text(80, 5) == """
        EXECUTING  atlas → vega                                               1/4  1:02
        dummy-success          ██████████░░░░░░░░░░  50%  a \\u{1b}[2J name     eta 1:15
        atlas 300 GiB free (60%)   vega 50.0 GiB free (10%)
        """)
  }

  @Test(arguments: [9, 20, 33, 40, 59, 60, 80, 120, 200], [1, 4, 10, 50])
  func neverWrapsNorScrolls(_ columns: Int, _ rows: Int) {
    let lines = BoardLayout(columns: columns, rows: rows).lines(board, elapsed: 1e9)
    #expect(lines.allSatisfy { $0.width < columns })
    #expect(lines.count <= max(2, rows - 1))
  }

  @Test func showsNothingBeforeItKnowsAnything() {
    #expect(BoardLayout(columns: 80, rows: 24).lines(Board(), elapsed: 1).isEmpty)
  }

  @Test(arguments: [(0.0, "0:00"), (7, "0:07"), (754, "12:34"), (3723, "1:02:03"), (-1, "0:00")])
  func readsLikeAClock(_ seconds: Double, _ text: String) {
    #expect(BoardLayout.clock(seconds) == text)
  }
}
