import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// A limit that is too low made tools trap or wait for ever.
@Suite struct LimitTests {
  private static func limited(_ limit: String, _ command: [String]) async throws -> Tool.Outcome {
    try await Tool(at: "/usr/bin/prlimit").run(
      [limit] + [Tool.path(command[0]).string] + command.dropFirst())
  }

  @Test(
    "U6: a hard limit that is too low is an error with a result line",
    arguments: [
      ("--nofile=40:40", "open files: the hard limit is 40, and 256 are needed", "-n 256"),
      ("--nofile=30:30", "open files: the hard limit is 30, and 256 are needed", "-n 256"),
      (
        "--as=409600000:409600000",
        "address space: the hard limit is 400000 KiB, and 1048576 KiB are needed", "-v 1048576"
      ),
      (
        "--data=409600000:409600000",
        "data: the hard limit is 400000 KiB, and 1048576 KiB are needed",
        "-d 1048576"
      ),
      (
        "--fsize=1048576:1048576",
        "file size: the hard limit is 1024 KiB, and 1048576 KiB are needed", "-f 1048576"
      ),
    ])
  func aLowLimitIsNamed(_ limit: String, _ message: String, _ cure: String) async throws {
    for command in [["pcs-sync", "vega"], ["pcs-config", "check"]] {
      let ended = try await Self.limited(limit, command)
      #expect(ended.status == 1)
      #expect(ended.result?.error?.kind == "limit.too_low")
      #expect(ended.result?.error?.message == message)
      #expect(ended.result?.error?.hint?.contains("ulimit -H \(cure)") == true)
    }
  }

  /// Root's processes are not counted.
  @Test(
    "U6: a limit of processes is named, and nothing waits for a thread",
    .enabled(if: geteuid() == 0, "needs root"))
  func aLimitOfProcessesIsNamed() async throws {
    for command in [["pcs-sync", "vega"], ["pcs-config", "check"]] {
      let ended = try await Tool(at: "/usr/bin/timeout").run(
        ["20", "setpriv", "--reuid", "4321", "--regid", "4321", "--clear-groups"]
          + ["prlimit", "--nproc=3:3", Tool.path(command[0]).string] + command.dropFirst())
      #expect(ended.status == 1, "\(ended.output)")
      #expect(
        ended.result?.error?.message == "processes: the hard limit is 3, and 64 are needed")
    }
  }

  @Test func aVerbWithoutAStreamNamesItToo() async throws {
    let ended = try await Self.limited("--nofile=40:40", ["pcs-config", "path"])
    #expect(ended.status == 1)
    #expect(ended.errors.hasPrefix("pcs-config: open files: the hard limit is 40"))
  }

  @Test(
    "U6: a tool raises its soft limit, and gives the old one to a user's program",
    arguments: [
      ["pcs-lock", "run", "--path", "lock", "--", "sh", "-c", "ulimit -S -n"],
      ["pcs-leash", "--", "sh", "-c", "ulimit -S -n"],
    ])
  func aSoftLimitIsRaised(_ command: [String]) async throws {
    try await withScratchDirectory { scratch in
      let words = [Tool.path(command[0]).string] + command.dropFirst()
      let ended = try await Tool(at: "/usr/bin/prlimit").run(
        ["--nofile=40:"] + words, directory: scratch)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.output == "40\n")
      let check = try await Self.limited("--nofile=40:", ["pcs-config", "path"])
      #expect(check.status == 0)
    }
  }
}
