import PCSTestSupport
import Testing

/// An agent with a lease: what counts as life, on either side.
extension LeashAgentTests {
  @Test("I6: an agent with a lease gives signs of life, also while it waits for the last command")
  func givesSignsOfLife() async throws {
    let outcome = try await run(
      """
      grace=1h; agent --role target --lease 1h; leashed sh child.sh; shown child
      until [ "$(grep -c alive agent)" -gt 1 ]; do echo >&3; sleep 0.1; done; exec 3>&-
      shown asked; seen=$(grep -c alive agent)
      until [ "$(grep -c alive agent)" -gt "$seen" ]; do sleep 0.1; done; echo >go
      wait $agent; echo $?; jq -c 'select(.type == "alive")' agent | sort -u | head -n 2
      """,
      child: """
        trap 'echo asked >asked' TERM
        echo $$ >child
        until [ -e go ]; do sleep 0.02; done
        """)
    #expect(
      outcome.output == "0\n{\"heard\":0,\"type\":\"alive\"}\n{\"heard\":1,\"type\":\"alive\"}\n")
  }

  @Test("I3: silence for longer than the lease ends everything")
  func silenceEndsEverything() async throws {
    let outcome = try await run(
      """
      agent --role target --lease 4s; leashed sh child.sh; beating child
      for beat in $(seq 50); do echo >&3; sleep 0.1; done
      state; [ -e seen ] && echo early
      wait $agent; echo $?; gone child; cat seen; state; tail -n 1 agent | jq -r .error.kind
      """)
    #expect(outcome.output == "held\n69\nheld\nfree\nleash.silent\n")
  }

  @Test("I3: what comes for a command of the session counts as life")
  func trafficCountsAsLife() async throws {
    let outcome = try await run(
      """
      agent --role target --lease 1500ms
      mkfifo traffic; pcs-leash --exec $request <traffic >arrived 3>&- & leash=$!; exec 4>traffic
      echo 0 >&4; beating arrived
      for each in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do echo $each >&4; sleep 0.2; done
      state; wait $agent; echo $?; wait $leash; echo $?; wc -l <arrived; state
      """, request: ["cat"])
    #expect(outcome.output == "held\n69\n143\n16\nfree\n")
  }

  @Test("I3: what came before and is read now is no sign of life")
  func aBacklogIsNoLife() async throws {
    let outcome = try await run(
      """
      agent --role target --lease 1500ms
      yes | head -c 1M >backlog; pcs-leash --exec $request <backlog 3>&- & leash=$!
      wait $agent; echo $?; wait $leash; echo $?
      """, request: ["sh", "-c", "while head -c 1000 >/dev/null; do sleep 0.05; done"])
    #expect(outcome.output == "69\n143\n")
  }
}
