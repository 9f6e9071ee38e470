import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// What `pcs-history` remembers, with a `/var/lib` of its own.
@Suite(.enabled(if: Tool.canIsolate, "needs root")) struct HistoryTests {
  /// `record VERB ID PEER ROLE STATE [MINUTE]` writes a session of this machine with another.
  private static let functions = """
    history=/var/lib/pc-switcher/history
    record() {
      jq -nc --arg id "$2" --arg peer "$3" --arg state "$5" --arg minute "${6-00}" '{
        session: {id: $id, timestamp: "2025-11-15T12:\\($minute):00.000Z",
          source_hostname: "atlas", target_hostname: $peer, enabled_modules: ["btrfs-snapshots"],
          state: $state, module_results: {}, has_errors: false, abort_requested: false,
          lock_path: "/run/x", target: $peer, config_path: null, dry_run: false},
        snapshots: [], modules: {"user-data": {result: "SUCCESS", state: {n: 1}}}}' |
        pcs-history "$1" --role "$4" --peer "id-of-$3" >out || cat out
    }
    gate() { pcs-history gate --peer "id-of-$1" --role "${2-target}" >out; echo $?; }
    # without_number ID...: as records of a version without numbers.
    without_number() {
      for each; do jq -c 'del(.number)' $history/$each.json >new; cat new >$history/$each.json; done
    }
    kind() { tail -n 1 out | jq -r .error.kind; }
    shown() { pcs-history show "$@" | jq -r 'select(.type == "history").session.id' | paste -sd' '; }

    """

  private func run(_ script: String) async throws -> Tool.Outcome {
    try await withScratchDirectory { directory in
      try await Tool.isolatedScript(Self.functions + script, in: directory)
    }
  }

  @Test("S3: absent history is a first sync") func absentIsAFirstSync() async throws {
    let outcome = try await run(
      """
      pcs-history show | jq -r .type; gate vega; kind
      jq -r 'select(.type == "gate") | .verdict, .last_with_peer' out
      tail -n 1 out | jq -r .error.hint; ls /var/lib
      """)
    #expect(
      outcome.output == """
        result
        4
        gate.first_sync
        first_sync
        null
        if what is there may be replaced: --allow-first-sync

        """)
  }

  @Test("S2: a session is marked when it begins and rewritten at its end")
  func aSessionIsRewrittenAtItsEnd() async throws {
    let outcome = try await run(
      """
      record begin 00000001 vega source EXECUTING; jq -r .session.state $history/00000001.json
      gate vega
      record commit 00000001 vega source COMPLETED; jq -r .session.state $history/00000001.json
      gate vega; ls $history; stat -c %a $history $history/00000001.json
      jq -r '.peer.machine_id, .peer.hostname, .role, .modules["user-data"].state.n' \
        $history/00000001.json
      """)
    #expect(
      outcome.output == """
        EXECUTING
        4
        COMPLETED
        0
        00000001.json
        700
        600
        id-of-vega
        vega
        source
        1

        """)
  }

  @Test func whatNoSyncLooksAtIsPutAwayAndStillShown() async throws {
    let outcome = try await run(
      """
      for i in $(seq 10 31); do record commit "000000$i" vega source COMPLETED "$i"; done
      ls $history | wc -l; ls $history/older; shown --recent | cut -c1-17; shown | cut -c1-17
      shown --session 00000010; shown --last
      pcs-history gate --peer id-of-vega --role source --session 00000010 >out; kind
      """)
    #expect(
      outcome.output == """
        21
        00000010.json
        00000011.json
        00000012 00000013
        00000010 00000011
        00000010
        00000031
        history.taken

        """)
  }

  @Test("S3: a target that was last synced with another machine is out of order")
  func anotherMachineSinceThenIsOutOfOrder() async throws {
    let outcome = try await run(
      """
      record commit 00000001 vega target COMPLETED 01
      record commit 00000002 lyra target COMPLETED 02
      gate vega; kind; gate vega source; gate lyra; gate mira; kind
      jq -r 'select(.type == "gate").closed[].verdict' out; tail -n 1 out | jq -r .error.hint
      """)
    #expect(
      outcome.output == """
        4
        gate.out_of_order
        0
        0
        4
        gate.first_sync
        first_sync
        out_of_order
        if what is there may be replaced: --allow-first-sync --allow-out-of-order

        """)
  }

  @Test("U2: a session gets the number that is given, or else the next; its end keeps it")
  func sessionsAreNumbered() async throws {
    let outcome = try await run(
      """
      number() { jq .number $history/$1.json; }
      record begin 00000001 vega source EXECUTING; number 00000001
      record commit 00000001 vega source COMPLETED; number 00000001
      jq '.number = 41' $history/00000001.json >new; cat new >$history/00000001.json
      record commit 00000002 vega source COMPLETED 59; number 00000002
      record begin 00000003 vega source EXECUTING 01; number 00000003
      shown; gate vega; jq 'select(.type == "gate").highest_number' out
      """)
    #expect(
      outcome.output == """
        1
        1
        42
        43
        00000001 00000002 00000003
        0
        43

        """)
  }

  @Test(
    "S3: history that cannot be read is refused",
    arguments: [
      "echo '{' >$history/00000002.json", "rm -r $history; : >$history",
      "mkfifo $history/00000002.json", "mkdir $history/00000002.json",
      "ln -s 00000001.json $history/00000002.json",
    ])
  func unreadableIsRefused(_ damage: String) async throws {
    let outcome = try await run(
      """
      record commit 00000001 vega source COMPLETED; \(damage)
      gate vega; kind; pcs-history show >out; echo $?; kind
      """)
    #expect(outcome.output == "74\nhistory.unreadable\n74\nhistory.unreadable\n")
  }

  @Test("S2: sessions are listed, the newest last, and chosen") func listsSessions() async throws {
    let outcome = try await run(
      """
      record commit 00000001 vega source COMPLETED 03
      record commit 00000002 lyra source FAILED 02
      record commit 00000003 vega source ABORTED 01
      shown; without_number 00000001 00000002 00000003
      shown; shown --last; shown --peer vega; shown --peer id-of-lyra; shown --session 00000002
      PCS_SESSION_ID=00000002 shown
      pcs-history show --session 0badcafe >out; echo $?; kind
      """)
    #expect(
      outcome.output == """
        00000001 00000002 00000003
        00000003 00000002 00000001
        00000001
        00000003 00000001
        00000002
        00000002
        00000003 00000002 00000001
        1
        history.unknown

        """)
  }

  @Test("S2: a session that says it runs though its lock is free has died")
  func recognizesADeadSession() async throws {
    let outcome = try await run(
      """
      record begin 00000001 vega source EXECUTING; record commit 00000002 vega source FAILED 01
      died() { pcs-history show | jq -r 'select(.type == "history").died' | paste -sd' '; }
      died
      mkfifo in; pcs-lock hold <in >held & holder=$!
      exec 3>in; until [ -s held ]; do sleep 0.01; done; died; exec 3>&-; wait $holder
      """)
    #expect(outcome.output == "true false\nfalse false\n")
  }

  @Test("S2: a commit that waits is said; one that cannot be read is refused")
  func saysThatACommitWaits() async throws {
    let outcome = try await run(
      """
      waiting() { pcs-history show >out; echo $?; jq -r 'select(.level == "WARNING").message' out; }
      waiting
      record commit 00000001 vega source COMPLETED
      mkdir /var/lib/pc-switcher/commits; file=/var/lib/pc-switcher/commits/00000002.json
      jq -nc '{session_id: "00000002", peer: {machine_id: "id", hostname: "lyra"},
        folders: [{path: "/home", subvolume: "@home"}], started: "2025-11-15T12:00:00.000Z"}' >$file
      waiting
      jq -r 'select(.level == "WARNING").context | .waits, .waiting_session' out
      echo '{' >$file; waiting; kind
      """)
    #expect(
      outcome.output == """
        0
        0
        the commit of session 00000002, begun at 2025-11-15T12:00:00.000Z, waits for its end: \
        /home is partly as on lyra; the next pcs-sync completes it, or 'pcs-module-user-data recover'
        commit
        00000002
        74
        commit.unreadable

        """)
  }

  @Test("S2: pcs-sync status says what waits, in one stream with one result")
  func statusSaysWhatWaits() async throws {
    let outcome = try await run(
      """
      status() { pcs-sync status >out; echo $?
        jq -rs '[.[] | .type] | join(" ")' out
        jq -r 'select(.type == "log") | .context.waits // .message' out | cut -c 1-60; }
      status
      record commit 00000001 vega source COMPLETED; file=$history/00000001.json
      old=$(date -u -d '-85 days' +%Y-%m-%dT%H:%M:%S.000Z)
      jq -c --arg old "$old" '.updated = $old' $file >new; cat new >$file
      mkdir /var/lib/pc-switcher/commits
      jq -nc '{session_id: "00000002", peer: {machine_id: "id", hostname: "lyra"},
        folders: [{path: "/home", subvolume: "@home"}], started: "2025-11-15T12:00:00.000Z"}' \\
        >/var/lib/pc-switcher/commits/00000002.json
      status; pcs-sync status --format text | grep -oE 'WARNING|COMPLETED|no sync is running'
      echo '{' >$file; status; kind
      """)
    #expect(
      outcome.output == """
        0
        lock log result
        no sync is remembered on this machine
        0
        lock history log log result
        commit
        pin
        no sync is running
        COMPLETED
        WARNING
        WARNING
        74
        lock result
        history.unreadable

        """, "\(outcome.errors)")
  }

  @Test(arguments: ["", "x", "{}", #"{"session":{}}"#, #"{"session":null}"#])
  func whatIsNoRecordIsWrongUsage(_ input: String) async throws {
    let outcome = try await run(
      """
      printf %s '\(input)' | pcs-history commit --role source --peer x >out; echo $?; kind
      ls /var/lib
      """)
    #expect(outcome.output == "64\nhistory.input\n")
  }

  @Test(arguments: ["gate", "gate --peer x", "gate --peer x --role both", "begin"])
  func misuseIs64(_ arguments: String) async throws {
    let outcome = try await run("pcs-history \(arguments) </dev/null")
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
  }
}
