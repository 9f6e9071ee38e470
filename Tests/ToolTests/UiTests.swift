import PCSTestSupport
import Testing

@Suite struct UiTests {
  private static let stream = """
    {"type":"log_file","path":"/home/ada/sync.log"}
    {"type":"state","timestamp":"2026-01-02T03:04:05.000Z","session_id":"0badcafe","state":"EXECUTING","previous":"VALIDATING"}
    {"type":"progress","timestamp":"2026-01-02T03:04:05.000Z","module":"user-data","hostname":"atlas","percentage":0.5,"current_item":"a\\u001b[2Jb","eta":3,"session_id":"0badcafe"}
    {"type":"log","timestamp":"2026-01-02T03:04:05.000Z","level":"INFO","module":"user-data","hostname":"atlas","message":"copied","context":{},"session_id":"0badcafe"}
    {"type":"log","timestamp":"2026-01-02T03:04:06.000Z","level":"ERROR","module":"user-data","hostname":"vega","message":"lost\\u009b31m","context":{},"session_id":"0badcafe"}
    {"type":"module_result","timestamp":"2026-01-02T03:04:15.000Z","session_id":"0badcafe","module":"user-data","result":"FAILED","duration":9.5,"error":{"kind":"sync.failed","message":"vega went away","hint":null,"context":{}}}
    {"type":"state","timestamp":"2026-01-02T03:04:15.500Z","session_id":"0badcafe","state":"FAILED","previous":"CLEANUP"}

    """

  @Test("S4 L3: a summary of modules, with warnings and errors again")
  func writesPlainLinesInAPipe() async throws {
    let outcome = try await Tool("pcs-ui")(input: Self.stream)
    #expect(outcome.status == 0)
    #expect(
      outcome.output == """
        EXECUTING
        user-data  50% a\\u{1b}[2Jb
        03:04:05 INFO     user-data@atlas copied
        03:04:06 ERROR    user-data@vega lost\\u{9b}31m
        FAILED   user-data  9.5 s: vega went away
        FAILED

        Warnings and errors
          03:04:06 ERROR    user-data@vega lost\\u{9b}31m

        Modules
          user-data  FAILED   9.5 s  vega went away

        FAILED  10.5 s  1 error  failed: user-data

        Log: /home/ada/sync.log

        """)
  }

  @Test func showsTheTimeOfTheClockHere() async throws {
    var tool = Tool("pcs-ui")
    tool.environment = ["TZ": "CET-1"]
    let outcome = try await tool(input: Self.stream)
    #expect(outcome.output.contains("04:04:05 INFO     user-data@atlas copied\n"))
  }

  @Test func saysWhichFileALineIsAbout() async throws {
    let line =
      #"{"type":"log","timestamp":"2026-01-02T03:04:05.000Z","level":"WARNING","module":"core","#
      + #""hostname":"atlas","message":"m","session_id":"0badcafe","#
      + #""context":{"path":"/c.yaml","line":1,"column":16}}"#
    let outcome = try await Tool("pcs-ui")(input: line)
    #expect(outcome.output.hasPrefix("03:04:05 WARNING  core@atlas m (/c.yaml:1:16)\n"))
  }

  @Test("L1: the terminal shows what is of its level") func showsWhatIsOfItsLevel() async throws {
    let outcome = try await Tool("pcs-ui")("--level", "ERROR", input: Self.stream)
    #expect(!outcome.output.contains("copied"))
    #expect(outcome.output.contains("lost"))
  }

  @Test func survivesWhatIsNoStream() async throws {
    let outcome = try await Tool("pcs-ui")(input: "hello\n{\"type\":1}\n\u{7}{}")
    #expect(outcome.status == 0)
    #expect(outcome.output == "hello\n{\"type\":1}\n\\u{7}{}\n")
  }

  @Test func asksWithoutALineFeed() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        "pcs-ui; echo .", in: directory,
        input: #"{"type":"question","text":"Roll back?","choices":["yes","no"]}"#)
      #expect(outcome.output == "Roll back? [yes/no] .\n")
    }
  }

  /// What a terminal of `columns` by 24 shows in the end, and whether the shell behind it is well.
  private func screen(
    _ columns: Int, environment: String = "", _ run: String = "pcs-ui <stream"
  ) async throws -> String {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        cat >stream; printf 'cd %s; PATH=%s; export %s; %s; echo "$?" >ended\\n' \
          "$PWD" "$PATH" 'LC_ALL=C.UTF-8 NO_COLOR= \(environment)' '\(run)' >run
        tmux -S socket -f /dev/null new-session -d -x \(columns) -y 24 'sh run; cat'
        until [ -e ended ]; do sleep 0.02; done
        tmux -S socket display-message -p '#{cursor_x} #{cursor_flag} #{wrap_flag}'
        tmux -S socket capture-pane -p -e; tmux -S socket kill-server
        """, in: directory, input: Self.stream)
      return outcome.output
    }
  }

  @Test(arguments: [20, 80, 200]) func leavesTheTerminalAsItWas(_ columns: Int) async throws {
    let screen = try await screen(columns)
    #expect(screen.hasPrefix("0 1 1\n"))
    #expect(!screen.contains("█"))
    #expect(screen.contains("\u{1B}[31m"))
  }

  @Test func leavesTheTerminalUsableWhenKilled() async throws {
    let screen = try await screen(
      80,
      """
      mkfifo in; pcs-ui <in & pid=$!; exec 3>in; cat stream >&3; \
      until tmux -S socket capture-pane -p | grep -q FAILED; do sleep 0.02; done; kill -9 $pid; wait
      """)
    #expect(screen.hasPrefix("0 1 1\n"))
  }

  @Test(arguments: ["NO_COLOR=1", "TERM=dumb"])
  func writesNoColoursWhereNoneAreWanted(_ environment: String) async throws {
    let screen = try await screen(80, environment: environment)
    #expect(screen.contains("Warnings and errors"))
    #expect(!screen.contains("\u{1B}["))
  }
}
