import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// What `pcs-remote` does without another machine, with a `/run` of its own.
@Suite(.enabled(if: Tool.canIsolate, "needs root")) struct RemoteTests {
  private func run(_ script: String) async throws -> Tool.Outcome {
    try await withScratchDirectory { try await Tool.isolatedScript(script, in: $0) }
  }

  @Test(arguments: [
    "hostname", "version", "status", "disconnect", "terminate", "run --json -- true",
    "send /etc/hostname /tmp/x", "status --target vega", "status --control-path /run/none",
  ])
  func withoutAConnectionIs69(_ arguments: String) async throws {
    let outcome = try await run("pcs-remote \(arguments)")
    #expect(outcome.status == 69)
    #expect(outcome.result?.exitCode == 69)
    #expect(outcome.result?.error?.kind == "remote.not_connected")
    #expect(outcome.result?.error?.hint == "connect first: pcs-remote connect TARGET")
    #expect(outcome.errors == "")
  }

  @Test func runLeavesTheStreamsToItsCommand() async throws {
    let outcome = try await run("pcs-remote run -- true")
    #expect(outcome.status == 69)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("pcs-remote: not connected\n"))
  }

  @Test(arguments: ["PCS_CONTROL_PATH=/run/none", "PCS_TARGET=vega"])
  func theEnvironmentNamesTheConnection(_ variable: String) async throws {
    let outcome = try await run("\(variable) pcs-remote run -- true")
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("/run/"))
  }

  @Test(arguments: [
    "run", "run --", "run true", "connect", "send /etc/hostname", "run --timeout 5 -- true",
    "send --mode 999 a b", "nonsense",
  ])
  func misuseIs64(_ arguments: String) async throws {
    let outcome = try await run("pcs-remote \(arguments)")
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors != "")
  }

  @Test(arguments: [
    "connect -- -oProxyCommand=touch\\ pwned", "status --target=-oProxyCommand=x", "connect ''",
    "connect 'a b'",
  ])
  func whatIsNoHostIs64(_ arguments: String) async throws {
    let outcome = try await run("pcs-remote \(arguments); status=$?; ls >&2; exit $status")
    #expect(outcome.status == 64)
    #expect(outcome.result?.error?.kind == "host.invalid")
    #expect(outcome.errors == "script.sh\n")
  }

  @Test func ofSeveralConnectionsOneHasToBeNamed() async throws {
    let outcome = try await run(
      """
      mkdir -m 700 /run/pc-switcher
      touch /run/pc-switcher/ssh-1.json /run/pc-switcher/ssh-2.json
      pcs-remote status
      """)
    #expect(outcome.status == 64)
    #expect(
      outcome.result?.error?.message == "several connections are open: name one with --target")
  }
}
