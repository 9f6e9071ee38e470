import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite struct LockTests {
  /// Runs `script` while somebody holds `lock`.
  private func whileHeld(
    _ script: String, in directory: FilePath
  ) async throws -> Tool.Outcome {
    try await Tool.script(
      """
      mkfifo in; pcs-lock hold --path lock <in >held & holder=$!
      exec 3>in; until [ -s held ]; do sleep 0.01; done
      \(script)
      exec 3>&-; wait $holder
      """, in: directory)
  }

  @Test func isRefusedWhileSomebodyHoldsIt() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await whileHeld(
        "pcs-lock hold --path lock; echo $? $holder; pcs-lock run --path lock -- echo ran; echo $?",
        in: directory)
      let pid = outcome.output.split(separator: "\n")[1].dropFirst(3)
      let message = "Another sync is in progress (PID: \(pid))"
      #expect(outcome.output.hasSuffix("\n75 \(pid)\n75\n"))
      #expect(outcome.output.contains(#""kind":"lock.held""#))
      #expect(outcome.output.contains(message))
      #expect(outcome.errors.hasPrefix("pcs-lock: \(message)"))
    }
  }

  @Test func hasNoOtherRoles() async throws {
    let outcome = try await Tool("pcs-lock")("hold", "--role", "middle")
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
  }

  @Test func saysWhoHoldsIt() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await whileHeld(
        "pcs-lock status --path lock; echo $holder; jq -r .pid lock", in: directory)
      let lines = outcome.output.split(separator: "\n")
      let lock = try JSON(parsing: lines[0].utf8)
      #expect(lock["state"] == "held")
      #expect(lock["holder"]?["pid"]?.integer.map(String.init) == String(lines[2]))
      #expect(lines[2] == lines[3])
    }
  }

  @Test func isEmptiedAtItsEnd() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        pcs-lock hold --path lock; wc -c <lock
        pcs-lock status --path lock | jq -r 'select(.type=="lock").state'
        """, in: directory)
      #expect(outcome.output.hasSuffix("0\nfree\n"))
      #expect(outcome.logs.isEmpty)
    }
  }

  @Test func takesAStaleLockOverWithAWarning() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await whileHeld(
        """
        kill -9 $holder; wait $holder 2>/dev/null
        pcs-lock status --path lock | jq -r 'select(.type=="lock").state' >&2
        pcs-lock hold --path lock
        """, in: directory)
      #expect(outcome.logs.map(\.message) == ["Found stale lock file from previous sync"])
      #expect(outcome.logs.map(\.level) == [.warning])
      #expect(outcome.errors.contains("stale"))
      #expect(outcome.output.contains(#""state":"held""#))
    }
  }

  @Test func takesOverInSilenceWhatRunLeft() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        "pcs-lock run --path lock -- true; pcs-lock hold --path lock", in: directory)
      #expect(outcome.status == 0)
      #expect(outcome.logs.isEmpty)
    }
  }

  @Test(
    arguments: [
      "ln -s target lock", "ln -s /etc/passwd lock", "mkfifo lock", "mkdir lock",
      "touch other; ln other lock",
    ])
  func refusesWhatIsNoLockFile(_ make: String) async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        \(make)
        pcs-lock hold --path lock >out; echo $?; jq -r .error.kind out
        pcs-lock run --path lock -- echo ran; echo $?; ls target 2>/dev/null
        """, in: directory)
      #expect(outcome.output == "77\nlock.unsafe\n77\n")
    }
  }

  @Test(.enabled(if: Tool.canIsolate, "needs root")) func refusesAFileOfSomebodyElse() async throws
  {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        echo theirs >lock; chown 12345 lock
        pcs-lock hold --path lock >out; echo $?; jq -r .error.kind out; cat lock
        """, in: directory)
      #expect(outcome.output == "77\nlock.unsafe\ntheirs\n")
    }
  }

  @Test func aGigabyteIsALeftoverLikeAnyOther() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        truncate -s 1G lock
        (ulimit -v 1048576; exec pcs-lock hold --path lock) </dev/null; stat -c %s lock
        """, in: directory)
      #expect(outcome.logs.map(\.message) == ["Found stale lock file from previous sync"])
      #expect(outcome.output.hasSuffix("\n0\n"))
    }
  }

  @Test func hasOneHolderOfFifty() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        : >count
        for i in $(seq 50); do
          pcs-lock run --path lock -- sh -c '
            mkdir inside || echo two holders; sleep 0.02; rmdir inside; echo x >>count' \
            2>>errors || echo $? >>refused &
        done; wait
        echo $(($(wc -l <count) + $(grep -c 75 refused)))
        """, in: directory)
      #expect(outcome.output == "50\n")
    }
  }

  @Test func becomesItsCommandAndKeepsTheLock() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        """
        pcs-lock run --path lock -- sh -c '
          jq .pid lock; echo $$; pcs-lock status --path lock | jq -r "select(.type==\\"lock\\").state"
          test -n "$PCS_SESSION_ID" && exit 9'
        echo $?; PCS_SESSION_ID=0badcafe pcs-lock run --path lock -- sh -c 'echo $PCS_SESSION_ID'
        """, in: directory)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines[0] == lines[1])
      #expect(lines[2...] == ["held", "9", "0badcafe"])
      #expect(outcome.errors == "")
    }
  }

  @Test func passesArgumentsOnExactly() async throws {
    try await withScratchDirectory { directory in
      let outcome = try await Tool.script(
        #"pcs-lock run --path lock -- printf '<%s>' '' 'a b' -- '*' "$(printf '\377')" | od -An -tx1 -w99"#,
        in: directory)
      let bytes = Array("<><a b><--><*><".utf8) + [0xFF, UInt8(ascii: ">")]
      #expect(
        outcome.output.split(separator: " ").compactMap { UInt8($0.prefix(2), radix: 16) } == bytes)
    }
  }

  @Test(arguments: ["INT", "TERM", "HUP"]) func isFreeAfterASignal(_ signal: String) async throws {
    try await withScratchDirectory { directory in
      let outcome = try await whileHeld(
        """
        kill -\(signal) $holder; wait $holder; echo $?; wc -c <lock
        pcs-lock status --path lock | jq -r 'select(.type=="lock").state'
        """, in: directory)
      let code = ["INT": 130, "TERM": 143, "HUP": 129][signal] ?? 0
      #expect(outcome.output == "\(code)\n0\nfree\n")
    }
  }
}
