import PCSCore
import SystemPackage
import Testing

/// How the log names the commands that were run.
@Suite struct CommandRecordTests {
  private func record(_ command: [String], _ status: Int32? = 0) -> CommandRecord {
    CommandRecord(
      command: command, hostname: "atlas", target: "vega", status: status,
      duration: .milliseconds(1234))
  }

  @Test("L5: machine, arguments, status and duration")
  func namesEverything() {
    let record = record(["/usr/bin/rsync", "-a", "x"], 23)
    #expect(record.message == "ran on atlas: /usr/bin/rsync -a x: status 23, 1.234 s")
    #expect(record.context["returncode"] == 23)
    #expect(record.context["command"] == ["/usr/bin/rsync", "-a", "x"])
    #expect(self.record(["x"], nil).message == "ran on atlas: x: did not run to its end, 1.234 s")
  }

  @Test(
    "L5: what pcs-remote runs is the target's",
    arguments: [
      (
        ["/p/pcs-remote", "run", "--sudo", "--", "pcs-history", "gate"], "vega", "pcs-history gate"
      ),
      (
        [
          "/p/pcs-leash", "--session", "0badcafe", "--", "/p/pcs-remote", "run", "--", "btrfs", "x",
        ],
        "vega", "btrfs x"
      ),
      (["/p/pcs-leash", "--session", "0badcafe", "--", "btrfs", "--", "x"], "atlas", "btrfs -- x"),
      (["/p/pcs-remote", "version"], "atlas", "/p/pcs-remote version"),
    ])
  func namesTheMachine(_ command: [String], _ machine: String, _ words: String) {
    let record = record(command)
    #expect(record.machine == machine)
    #expect(record.words.joined(separator: " ") == words)
  }

  @Test(
    "L5: secrets are hidden",
    arguments: [
      (["x", "--password", "p", "y"], "x --password *** y"), (["x", "--token=t"], "x --token=***"),
      (["sudo", "pcs-sync", "--driver", "eyJ"], "sudo pcs-sync --driver ***"),
      (["x", "--path", "p"], "x --path p"), (["x", "--passphrase"], "x --passphrase"),
    ])
  func hidesSecrets(_ command: [String], _ words: String) {
    #expect(record(command).words.joined(separator: " ") == words)
  }

  @Test func cutsWhatIsLong() {
    let record = record([String(repeating: "x", count: 300)] + Array(repeating: "y", count: 99))
    #expect(record.words.count == 61)
    #expect(record.words.first?.count == 201)
    #expect(record.words.last == "… and 40 more")
  }

  @Test("a line of more than 1 MiB in a stream is an error, and ends its program")
  func aLongLineEndsItsProgram() async throws {
    var child = ChildProcess("sh", ["-c", "echo ok; yes | tr -d '\\n'"])
    child.writesStream = true
    var long: LongLineError?
    do {
      _ = try await child.run { _, line in #expect(line.count <= 1 << 20) }
    } catch let error as LongLineError {
      long = error
    }
    #expect(long == LongLineError(command: "sh"))
  }
}
