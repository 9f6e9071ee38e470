import SystemPackage
import Testing

@testable import OpenSSH

/// Why a login failed, judged by keys and not by words.
@Suite struct LoginFailureTests {
  private static let key = HostKey(marker: "", type: "ssh-ed25519", content: "AAAA")
  private static let other = HostKey(marker: "", type: "ssh-ed25519", content: "BBBB")
  private static let revoked = HostKey(marker: "@revoked", type: "ssh-ed25519", content: "AAAA")
  private static let authority = HostKey(
    marker: "@cert-authority", type: "ssh-rsa", content: "CCCC")

  @Test(
    arguments: [
      (nil, [key], "ask", .unreachable), (key, [], "ask", .unknownKey),
      (key, [], "true", .unknownKey),
      (key, [], "accept-new", .denied), (key, [], "no", .denied), (key, [key], "ask", .denied),
      (key, [other, key], "ask", .denied), (key, [other], "ask", .changedKey),
      (key, [other], "accept-new", .changedKey), (key, [other], "no", .denied),
      (key, [revoked], "ask", .changedKey), (key, [key, revoked], "no", .changedKey),
      (key, [authority], "ask", .denied),
    ] as [(HostKey?, [HostKey], String, LoginFailure)])
  func isJudgedByTheKeys(
    _ offered: HostKey?, _ known: [HostKey], _ strict: String, _ failure: LoginFailure
  ) throws {
    let configuration = try #require(
      HostConfiguration(output: "hostname vega\nstricthostkeychecking \(strict)\n"))
    #expect(LoginFailure(offered: offered, known: known, configuration) == failure)
  }

  @Test(
    arguments: [
      ("hostname vega\nport 22\n", "vega"), ("hostname Vega\nport 2222\n", "[vega]:2222"),
      ("port 2222\nhostname 10.0.0.1\nhostkeyalias Home\n", "home"), ("user ada\n", nil),
    ] as [(String, String?)])
  func theNameIsThatOfKnownHosts(_ output: String, _ name: String?) {
    #expect(HostConfiguration(output: output)?.name == name)
  }

  @Test func allFilesOfKnownHostsCount() {
    let configuration = HostConfiguration(
      output: """
        hostname vega
        globalknownhostsfile /etc/ssh/ssh_known_hosts none
        userknownhostsfile /root/.ssh/known_hosts /root/.ssh/known_hosts2
        """)
    #expect(
      configuration?.knownHosts == [
        "/root/.ssh/known_hosts", "/root/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts",
      ])
  }

  @Test func readsKnownHosts() {
    let text = """
      # Host vega found: line 1
      vega,10.0.0.1 ssh-ed25519 AAAA comment
      |1|hash=|hash= ssh-ed25519 BBBB
      @revoked * ssh-ed25519 AAAA
      garbage
      """
    #expect(HostKey.keys(in: text) == [Self.key, Self.other, Self.revoked])
    #expect(HostKey(marker: "", type: "ssh-rsa", content: "").algorithms.count == 3)
  }
}
