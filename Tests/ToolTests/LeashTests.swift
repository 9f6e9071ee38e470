import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// `pcs-leash` on its own: the leash is the process that started it.
@Suite(.timeLimit(.minutes(2))) struct LeashTests {
  /// Shell functions: `shown FILE…` waits until each has content, `gone FILE…` until the processes
  /// named in them are.
  static let waiting = """
    shown() { for file; do until [ -s "$file" ]; do sleep 0.01; done; done; }
    gone() { for pid in $(cat "$@"); do while kill -0 $pid 2>/dev/null; do sleep 0.01; done; done; }

    """

  /// Runs `script` in a fresh directory that holds `child` as `child.sh`.
  private func run(
    _ script: String, child: String = "", input: String = ""
  ) async throws -> Tool.Outcome {
    try await withScratchDirectory { directory in
      try await Tool.script(
        Self.waiting + "cat >child.sh <<'END'\n\(child)\nEND\n" + script, in: directory,
        input: input)
    }
  }

  @Test(arguments: [
    ("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -TERM $$", 143), ("kill -INT $$", 130),
  ])
  func passesTheStatusOn(command: String, status: Int32) async throws {
    #expect(try await run("exec pcs-leash -- sh -c '\(command)'").status == status)
  }

  @Test func leavesTheStreamsToItsCommand() async throws {
    let outcome = try await run("pcs-leash -- sh -c 'cat; echo err >&2'", input: "in")
    #expect(outcome.output.hasPrefix("in"))
    #expect(outcome.errors == "err\n")
  }

  @Test func passesArgumentsOnExactly() async throws {
    let outcome = try await run(
      #"pcs-leash -- printf '<%s>' '' 'a b' -- '*' "$(printf '\377')" | od -An -v -tx1 -w99"#)
    let bytes = Array("<><a b><--><*><".utf8) + [0xFF, UInt8(ascii: ">")]
    #expect(
      outcome.output.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
        == bytes)
  }

  @Test("I3: a parent that is killed takes the command and all it started along")
  func theDeathOfTheParentEndsEverything() async throws {
    let outcome = try await run(
      """
      sh -c 'pcs-leash -- sh child.sh & wait' & parent=$!
      shown child grandchild orphan
      kill -KILL $parent; wait $parent; echo $?
      gone child grandchild orphan; echo gone
      """,
      child: """
        setsid sh -c 'echo $$ >grandchild; exec sleep 1000' &
        sh -c 'setsid sh -c "echo \\$\\$ >orphan; exec sleep 1000" &'
        echo $$ >child
        exec sleep 1000
        """)
    #expect(outcome.output == "137\ngone\n")
  }

  @Test(arguments: [("TERM", 143), ("INT", 130), ("HUP", 129)])
  func aSignalEndsEverythingAndThenUs(signal: String, status: Int32) async throws {
    let outcome = try await run(
      """
      pcs-leash -- sh child.sh & leash=$!
      shown child grandchild
      kill -\(signal) $leash; wait $leash; echo $?
      gone child grandchild; echo gone
      """,
      child: """
        setsid sh -c 'echo $$ >grandchild; exec sleep 1000' &
        echo $$ >child
        exec sleep 1000
        """)
    #expect(outcome.output == "\(status)\ngone\n")
  }

  @Test("I4: what ignores SIGTERM is killed after the grace")
  func whatIgnoresTheEndIsKilled() async throws {
    let outcome = try await run(
      """
      pcs-leash --grace 200ms -- sh child.sh & leash=$!
      shown child
      kill -TERM $leash; wait $leash; echo $?; head -n 1 asked; gone child; echo gone
      """, child: "trap 'echo asked >>asked' TERM; echo $$ >child; while :; do sleep 0.02; done")
    #expect(outcome.output == "143\nasked\ngone\n")
  }

  @Test("I2: a second signal allows no grace") func aSecondSignalAllowsNoGrace() async throws {
    let outcome = try await run(
      """
      pcs-leash --grace 1h -- sh child.sh & leash=$!
      shown child
      kill -INT $leash; shown asked; kill -INT $leash; wait $leash; echo $?; gone child; echo gone
      """, child: "trap 'echo asked >>asked' TERM; echo $$ >child; while :; do sleep 0.02; done")
    #expect(outcome.output == "130\ngone\n")
  }

  @Test func aStoppedCommandMayStillEndByItself() async throws {
    let outcome = try await run(
      """
      pcs-leash --grace 1h -- sh child.sh & leash=$!
      shown child
      until grep -q '^State:.T' /proc/$(cat child)/status; do sleep 0.01; done
      kill -TERM $leash; wait $leash; echo $?; cat bye
      """,
      child: """
        trap 'echo bye >bye; exit' TERM
        echo $$ >child
        kill -STOP $$
        while :; do sleep 0.02; done
        """)
    #expect(outcome.output == "143\nbye\n")
  }

  @Test func aCommandThatEndsTakesWhatItLeftAlong() async throws {
    let outcome = try await run(
      "pcs-leash -- sh child.sh; echo $?; gone left; echo gone",
      child: "setsid sh -c 'echo $$ >left; exec sleep 1000' & until [ -s left ]; do :; done; exit 7"
    )
    #expect(outcome.output == "7\ngone\n")
  }

  @Test(arguments: [
    "pcs-leash", "pcs-leash --", "pcs-leash true", "pcs-leash --session xyz -- true",
    "pcs-leash --grace 5 -- true", "pcs-leash serve", "pcs-leash serve --session 0badcafe --role x",
    "pcs-leash --exec ''", "pcs-leash --exec 'no base64!'", "pcs-leash --exec e30=",
    "pcs-leash --exec 'eyJhcmd1bWVudHMiOltdfQ=='",
  ])
  func misuseIs64(_ command: String) async throws {
    let outcome = try await run(command)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors != "")
  }

  @Test func whatCannotBeRunIsSaid() async throws {
    let outcome = try await run("pcs-leash -- ./missing; echo $?; pcs-leash -- ./child.sh; echo $?")
    #expect(outcome.output == "1\n77\n")
    #expect(
      outcome.errors.hasPrefix("pcs-leash: ./missing: cannot run: No such file or directory\n"))
  }

  @Test func runsARequestWithItsBytesEnvironmentAndFolder() async throws {
    let script = #"printf '%s|' "$@" "$X" "$(pwd)" | od -An -v -tx1 -w999"#
    let request = RemoteRequest(
      arguments: [
        Array("sh".utf8), Array("-c".utf8), Array(script.utf8), [0x30], [0xFF, 0x20], [],
      ],
      environment: ["X": "a b"], directory: "/usr/lib")
    let outcome = try await run("pcs-leash --exec \(request.word)")
    let bytes = outcome.output.split(whereSeparator: \.isWhitespace).compactMap {
      UInt8($0, radix: 16)
    }
    #expect(bytes == [0xFF, 0x20] + Array("||a b|/usr/lib|".utf8))
  }

  @Test func aRequestEndsWhenNobodyReadsItAnyMore() async throws {
    let request = RemoteRequest(
      arguments: ["sh", "-c", "echo $$ >child; echo line; exec sleep 1000"].map { Array($0.utf8) })
    let outcome = try await run(
      "pcs-leash --exec \(request.word) | head -n 1; gone child; echo gone")
    #expect(outcome.output == "line\ngone\n")
  }
}
