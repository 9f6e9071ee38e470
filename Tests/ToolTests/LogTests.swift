import FoundationEssentials
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite struct LogTests {
  private static let line =
    #"{"context":{},"hostname":"vega","level":"LEVEL","message":"m","module":"core","session_id":"0badcafe","timestamp":"2026-01-02T03:04:05.678Z","type":"log"}"#

  private static func line(_ level: String) -> String {
    line.replacing("LEVEL", with: level)
  }

  @Test("L1: the file has what is at its level or above") func copiesEveryByteAndKeepsTheLevel()
    async throws
  {
    try await withScratchDirectory { directory in
      let stream = "\(Self.line("DEBUG"))\n\(Self.line("FULL"))\nnot JSON\n\(Self.line("INFO"))"
      let outcome = try await Tool.script(
        "pcs-log write --level FULL >out; echo $?; find .local -name '*.log' -exec cp {} log ';'",
        in: directory, input: stream)
      #expect(outcome.output == "0\n")
      let out = try text(directory, "out")
      #expect(out.contains(#""type":"log_file""#))
      #expect(out.split(separator: "\n").dropFirst().joined(separator: "\n") == stream)
      let levels = try text(directory, "log").split(separator: "\n").map { line in
        try JSON(parsing: line.utf8)["level"]?.string
      }
      #expect(levels == ["FULL", "WARNING", "INFO"])
    }
  }

  @Test("L4: the log is its owner's alone") func makesTheLogForItsOwnerAlone() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        "umask 0; pcs-log write >out; find .local -printf '%m %f\\n'", in: directory,
        input: Self.line("INFO") + "\n")
      let lines = outcome.output.split(separator: "\n")
      #expect(
        lines.prefix(4) == ["700 .local", "700 share", "700 pc-switcher", "700 logs"])
      #expect(lines.last?.hasPrefix("600 sync-20") == true)
      #expect(lines.last?.hasSuffix("Z-0badcafe.log") == true)
    }
  }

  @Test(arguments: [".local", ".local/share", ".local/share/pc-switcher/logs"])
  func followsNoLink(_ place: String) async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        mkdir -p elsewhere home/\(place) && rmdir home/\(place) && ln -s "$PWD/elsewhere" home/\(place)
        HOME=$PWD/home pcs-log write; echo $?; ls elsewhere
        """, in: directory, input: Self.line("INFO") + "\n")
      #expect(outcome.output.contains("cannot open the directory of logs"))
      #expect(outcome.output.hasSuffix(Self.line("INFO") + "\n2\n"))
    }
  }

  @Test func losesNothingButTheLogOnAFullDisk() async throws {
    try await withScratchDirectory { directory in
      let stream = String(repeating: Self.line("INFO") + "\n", count: 100)
      let outcome = try await Tool.script(
        "pcs-log write --file /dev/full >out; echo $?; grep -c lines.of.the.log.are.lost out",
        in: directory, input: stream)
      #expect(outcome.output == "2\n1\n")
      #expect(try text(directory, "out").split(separator: "\n").count == 102)
    }
  }

  @Test func goesOnLoggingWhenItsReaderIsGone() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        (sleep 0.2; for i in 1 2 3; do echo '\(Self.line("INFO"))'; sleep 0.05; done) |
          (pcs-log write --file log; echo $? >status) | true
        wc -l <log; cat status
        """, in: directory)
      #expect(outcome.output == "3\n74\n")
      #expect(outcome.errors == "")
    }
  }

  @Test func isNotHeldUpByAReaderThatReadsNothing() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        mkfifo fifo go
        (read -r _ <go; cat) <fifo >out &
        seq 20000 | sed 's/.*/{"type":"change","path":"&"}/' |
          sed '500,$s/change/progress/' | (cat; echo '{"type":"result"}'; echo >written) |
          pcs-log write --file log >fifo &
        until [ -e written ] && [ "$(tail -n 1 log)" = '{"type":"result"}' ]; do sleep 0.01; done
        echo >go; wait; wc -l <log; tail -n 1 out; grep -c change out
        """, in: directory)
      #expect(outcome.output == "20001\n{\"type\":\"result\"}\n499\n")
    }
  }

  @Test(arguments: ["INT", "TERM", "HUP"]) func endsWithItsInputAlone(_ signal: String) async throws
  {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        mkfifo in; pcs-log write --file log <in >out & pid=$!
        exec 3>in; echo '{"type":"a"}' >&3; until grep -q '"a"' log; do sleep 0.01; done
        kill -\(signal) $pid; echo '{"type":"b"}' >&3; exec 3>&-; wait $pid; echo $?; cat log
        """, in: directory)
      #expect(outcome.output == "0\n{\"type\":\"a\"}\n{\"type\":\"b\"}\n")
    }
  }

  @Test("L1: the copy may be of a higher level than the log") func passesByLevel() async throws {
    try await withScratchDirectory { directory in
      let stream = [Self.line("FULL"), #"{"type":"a"}"#, Self.line("INFO")].joined(separator: "\n")
      let outcome = try await Tool.script(
        "pcs-log write --file log --pass INFO >out; wc -l <log; grep -vc log_file out; grep -c FULL out",
        in: directory, input: stream + "\n")
      #expect(outcome.output == "3\n2\n0\n")
    }
  }

  @Test("S4: a log that is shown ends with how the sync did") func showsTheSummary() async throws {
    let stream = """
      {"type":"state","timestamp":"2026-01-02T03:04:05.000Z","session_id":"0badcafe","state":"EXECUTING","previous":"VALIDATING"}
      {"type":"lock","path":"/run/lock","state":"free","holder":null}
      \(Self.line("INFO"))
      {"type":"state","timestamp":"2026-01-02T03:04:06.000Z","session_id":"0badcafe","state":"COMPLETED","previous":"EXECUTING"}
      {"type":"result","timestamp":"2026-01-02T03:04:06.000Z","tool":"pcs-sync","status":"success","exit_code":0,"error":null,"session_id":"0badcafe","state":null}

      """
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        "cat >log; pcs-log show log --format text --level WARNING", in: directory, input: stream)
      #expect(outcome.output == "EXECUTING\nCOMPLETED\n\nCOMPLETED  1.0 s  0 errors\n")
    }
  }

  @Test func showsByLevelAndModule() async throws {
    try await withScratchDirectory { directory in
      let stream = ["INFO", "WARNING", "ERROR"].map { Self.line($0) }.joined(separator: "\n")
      let outcome = try await Tool.script(
        """
        cat >log; pcs-log show log --level WARNING --format text; pcs-log show log --module x
        pcs-log show log | cmp - log && pcs-log show --session 12345678; echo $?
        """, in: directory, input: stream + "\n")
      #expect(
        outcome.output == """
          03:04:05 WARNING  core@vega m
          03:04:05 ERROR    core@vega m
          1

          """)
      #expect(outcome.errors.hasPrefix("pcs-log: no log of session 12345678\n"))
    }
  }

  @Test func followsALogUntilTheSyncHasEnded() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        echo '{"type":"a"}' >log; pcs-log show --follow log >out &
        until [ -s out ]; do sleep 0.01; done
        echo '{"type":"result","tool":"pcs-sync"}' >>log; wait; cmp out log && echo same
        """, in: directory)
      #expect(outcome.output == "same\n")
    }
  }

  @Test(arguments: ["INT", "TERM", "HUP"])
  func endsFollowingBySignal(_ signal: String) async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        echo '{"type":"a"}' >log; env --default-signal pcs-log show --follow log >out & pid=$!
        until [ -s out ]; do sleep 0.01; done
        kill -\(signal) $pid; status=0; wait $pid || status=$?; kill -l $status
        """, in: directory)
      #expect(outcome.output == "\(signal)\n")
    }
  }

  @Test("L4: the oldest logs are pruned") func listsAndPrunesTheOldest() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        logs=.local/share/pc-switcher/logs; mkdir -p $logs
        for day in 1 2 3; do echo {} >$logs/sync-2026010${day}T000000Z-0000000$day.log; done
        touch $logs/mine.txt
        pcs-log list | jq -r 'select(.type=="log_file").session_id'; pcs-log prune --keep 2 --dry-run >/dev/null; ls $logs
        pcs-log prune --keep 1 >/dev/null; ls $logs
        """, in: directory)
      #expect(
        outcome.output.split(separator: "\n").map { String($0.suffix(12)) } == [
          "00000001", "00000002", "00000003", "mine.txt", "00000001.log", "00000002.log",
          "00000003.log", "mine.txt", "00000003.log",
        ])
    }
  }

  private func text(_ directory: FilePath, _ name: String) throws -> String {
    String(decoding: try FileContent.read(directory.appending(name)), as: UTF8.self)
  }
}
