import OpenSSH
import PCSCore
import Testing

@Suite struct HostArgumentTests {
  @Test(arguments: ["vega", "ada@vega", "vega.example.org", "10.0.0.1", "fe80::1%eth0", "a-b", "ä"])
  func aHostIsTakenAsItWasTyped(_ text: String) throws {
    #expect(try HostArgument(text).text == text)
  }

  @Test(arguments: [
    ("", HostError.empty), ("-", .option("-")), ("-oProxyCommand=id", .option("-oProxyCommand=id")),
    ("--", .option("--")), ("a b", .characters("a b")), (" vega", .characters(" vega")),
    ("vega\n", .characters("vega\n")), ("a\0b", .characters("a\0b")),
    ("\u{7F}", .characters("\u{7F}")), ("\u{1B}[2J", .characters("\u{1B}[2J")),
  ])
  func whatIsNoHostIsWrongUsage(text: String, error: HostError) {
    let thrown = #expect(throws: HostError.self) { try HostArgument(text) }
    #expect(thrown == error)
    #expect(thrown?.exitStatus == .usage)
  }
}
