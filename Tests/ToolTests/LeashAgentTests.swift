import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// The agent of a session and what hangs on it (pcs-leash(1)), with a `/run` of its own.
@Suite(.timeLimit(.minutes(2)), .enabled(if: Tool.canIsolate, "needs root"))
struct LeashAgentTests {
  /// `agent OPTION…` starts one whose leash is descriptor 3; `leashed CMD…` hangs a command on it;
  /// `beating FILE` gives signs of life until FILE has content; `state` is that of the lock.
  private static let functions =
    LeashTests.waiting + """
      agent() {
        [ -p in ] || mkfifo in
        : >agent # or the words of an earlier one are found
        pcs-leash serve --session $id "$@" <in >agent & agent=$!
        exec 3>in
        until grep -q '"state":"held"' agent; do sleep 0.01; done
      }
      leashed() { pcs-leash --grace ${grace-5s} --session $id -- "$@" 3>&- & leash=$!; }
      beating() { until [ -s $1 ]; do echo >&3; sleep 0.05; done; }
      state() { pcs-lock status | jq -r 'select(.type == "lock").state'; }

      """

  /// Runs `script` in a fresh directory that holds `child` as `child.sh`; by default the child
  /// notes in `seen` whether the lock is held while it ends.
  func run(_ script: String, child: String = polite) async throws -> Tool.Outcome {
    try await withScratchDirectory { directory in
      try await Tool.isolatedScript(
        "id=\(SessionID.make())\n" + Self.functions + "cat >child.sh <<'END'\n\(child)\nEND\n"
          + script, in: directory)
    }
  }

  static let polite = """
    trap 'pcs-lock status | jq -r "select(.type == \\"lock\\").state" >seen; exit' TERM
    echo $$ >child
    while :; do sleep 0.02; done
    """

  private static let stubborn = """
    trap 'echo asked >>asked' TERM
    echo $$ >child
    while :; do sleep 0.02; done
    """

  @Test("I3: the end of its input ends everything, then frees the lock")
  func theEndOfItsInputEndsEverything() async throws {
    let outcome = try await run(
      """
      agent --peer vega
      leashed sh child.sh; shown child; state
      exec 3>&-; wait $leash; echo $?; wait $agent; echo $?
      gone child; cat seen; state; ls /run/pc-switcher
      tail -n 1 agent | jq -r '.type, .status'
      jq -r 'select(.type == "lock").holder | .peer, .role' agent
      """)
    #expect(
      outcome.output == """
        held
        143
        0
        held
        free
        pc-switcher.lock
        result
        success
        vega
        source

        """)
  }

  @Test("I3: an agent that is killed leaves the lock to what ends after it")
  func theLockOutlivesAKilledAgent() async throws {
    let outcome = try await run(
      """
      agent; leashed sh child.sh; shown child
      kill -KILL $agent; wait $agent 2>/dev/null
      wait $leash; echo $?; gone child; cat seen; state
      exec 3>&-; agent; jq -r 'select(.type == "log") | .level, .message' agent
      exec 3>&-; wait $agent; echo $?; state
      """)
    #expect(
      outcome.output == """
        143
        held
        stale
        WARNING
        Found stale lock file from previous sync
        0
        free

        """)
  }

  @Test("I3: a leash that is stopped does not keep the lock") func endsWhatIsStopped() async throws
  {
    let outcome = try await run(
      """
      agent; leashed sh child.sh; shown child
      kill -STOP $leash $(cat child); exec 3>&-
      wait $leash; echo $?; wait $agent; echo $?; gone child; state
      """)
    #expect(outcome.output == "143\n0\nfree\n")
  }

  @Test("I3: a leash that is killed takes its command along, and the agent says so")
  func aKilledLeashTakesItsCommandAlong() async throws {
    let outcome = try await run(
      """
      agent; leashed sh child.sh; shown child grandchild
      kill -KILL $leash; gone child grandchild; state; exec 3>&-; wait $agent; echo $?
      jq -r 'select(.type == "log") | .level' agent
      """,
      child: """
        setsid sh -c 'echo $$ >grandchild; exec sleep 1000' &
        echo $$ >child
        exec sleep 1000
        """)
    #expect(outcome.output == "held\n0\nERROR\n")
  }

  @Test("I3: what got away is found by its mark and killed") func strayOnesAreKilled() async throws
  {
    let outcome = try await run(
      """
      agent
      PCS_LEASH=$id setsid sh -c 'echo $$ >stray; exec sleep 1000' 3>&- & shown stray
      exec 3>&-; wait $agent; echo $?; kill -0 $(cat stray) 2>/dev/null || echo gone
      jq -r 'select(.type == "log").message' agent | sed 's/[0-9][0-9]*/N/'
      """)
    #expect(outcome.output == "0\ngone\nsleep (PID N) outlived its leash and was killed\n")
  }

  /// `script` with `request`: what `pcs-remote` would ask for, to run `command` in the session.
  func run(_ script: String, request command: [String]) async throws -> Tool.Outcome {
    let id = SessionID.make()
    let request = RemoteRequest(arguments: command.map { Array($0.utf8) }, session: id)
    return try await run("id=\(id)\nrequest=\(try request.word)\n" + script)
  }

  @Test func aCommandOfTheSessionGetsItsInputWhole() async throws {
    let outcome = try await run(
      """
      agent; head -c 50M /dev/urandom >data
      cat data | pcs-leash --exec $request 3>&- | cmp - data && echo same
      pcs-leash --exec $request </dev/null 3>&- | wc -c; exec 3>&-; wait $agent; echo $?
      """, request: ["cat"])
    #expect(outcome.output == "same\n0\n0\n")
  }

  @Test("I2: an agent in a hurry allows no grace") func hurryAllowsNoGrace() async throws {
    let outcome = try await run(
      """
      grace=1h; agent; leashed sh child.sh; shown child
      printf K >&3; wait $agent; echo $?; gone child; state
      """, child: Self.stubborn)
    #expect(outcome.output == "0\nfree\n")
  }

  @Test("I4: what ignores the end is killed after the grace, before the lock is free")
  func whatIgnoresTheEndIsKilled() async throws {
    let outcome = try await run(
      """
      grace=2s; agent; leashed sh child.sh; shown child
      exec 3>&-; shown asked; state; wait $agent; kill -0 $(cat child) 2>/dev/null || echo gone
      state
      """, child: Self.stubborn)
    #expect(outcome.output == "held\ngone\nfree\n")
  }

  @Test(
    "I4: what did not end well when it was told to is said",
    arguments: [
      ("trap 'exit 3' TERM", "ended with status 3 when it was told to end"),
      ("trap : TERM", "did not end within 0.3 s of being told to, and is killed"),
      ("trap 'exit 0' TERM", ""), ("trap 'trap - TERM; kill -TERM $$' TERM", ""), ("", ""),
    ])
  func aFailedEndIsSaid(trap: String, words: String) async throws {
    let outcome = try await run(
      """
      grace=300ms; agent; leashed sh child.sh; shown child; exec 3>&-; wait $agent; echo $?; state
      """, child: "\(trap)\necho $$ >child\nwhile :; do sleep 0.02; done")
    let expected = words.isEmpty ? [] : ["pcs-leash: sh: \(words)"[...]]
    #expect(outcome.output == "0\nfree\n")
    // The shell of the test has words of its own for a child that a signal ended.
    #expect(outcome.errors.split(separator: "\n").filter { $0.hasPrefix("pcs-") } == expected)
  }

  @Test(arguments: ["TERM", "INT", "HUP"]) func aSignalEndsEverything(_ signal: String) async throws
  {
    let outcome = try await run(
      """
      agent; leashed sh child.sh; shown child
      kill -\(signal) $agent; wait $agent; echo $?; gone child; cat seen; state
      """)
    #expect(outcome.output.hasSuffix("\nheld\nfree\n"))
  }

  @Test("I1: nothing new starts while a session ends") func nothingNewStartsAtTheEnd() async throws
  {
    let outcome = try await run(
      """
      grace=1h; agent; leashed sh child.sh; shown child
      exec 3>&-; shown asked
      pcs-leash --session $id -- echo ran 2>refusal; echo $?; sed "s/$id/ID/" refusal
      echo >go; wait $agent; echo $?
      """,
      child: """
        trap 'echo asked >asked' TERM
        echo $$ >child
        until [ -e go ]; do sleep 0.02; done
        """)
    #expect(
      outcome.output == """
        143
        pcs-leash: session ID is ending: nothing new is started
        0

        """)
  }

  @Test func withoutAnAgentNothingStarts() async throws {
    let outcome = try await run("pcs-leash --session $id -- echo ran; echo $?")
    #expect(outcome.output == "69\n")
    #expect(outcome.errors.contains("no agent on this machine"))
  }

  @Test func aSecondAgentIsRefused() async throws {
    let outcome = try await run(
      """
      agent; pcs-leash serve --session 00000001 </dev/null >second; echo $?
      jq -r .error.kind second; exec 3>&-; wait $agent; echo $?
      """)
    #expect(outcome.output == "75\nlock.held\n0\n")
  }

  @Test func endStopsTheCommandsAndKeepsTheLock() async throws {
    let outcome = try await run(
      """
      agent; leashed sh child.sh; shown child
      pcs-leash end --session $id 3>&-; echo $?; wait $leash; echo $?; gone child; state
      exec 3>&-; wait $agent; echo $?; state
      """)
    #expect(outcome.output == "0\n143\nheld\n0\nfree\n")
  }

  @Test func aCommandThatEndsLeavesTheAgentAlone() async throws {
    let outcome = try await run(
      """
      agent
      for status in 0 7; do
        pcs-leash --session $id -- sh -c "echo \\$PCS_LEASH >mark; exit $status" 3>&-; echo $?
      done
      [ "$(cat mark)" = $id ] && state; exec 3>&-; wait $agent; echo $?
      jq -r 'select(.type == "log").message' agent
      """)
    #expect(outcome.output == "0\n7\nheld\n0\n")
  }
}
