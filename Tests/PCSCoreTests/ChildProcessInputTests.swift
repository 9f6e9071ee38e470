import PCSCore
import SystemPackage
import Testing

@Suite struct ChildProcessInputTests {
  private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)

  @Test func arrivesWhole() async throws {
    let wc = ChildProcess("wc", ["-c"])
    let output = try await wc.capture(input: .bytes(Self.large)).output
    #expect(String(decoding: output, as: UTF8.self) == "1048576\n")
  }

  @Test(arguments: 0..<20) func needNotBeRead(_ round: Int) async throws {
    let status = try await ChildProcess("true").capture(input: .bytes(Self.large)).status
    #expect(status == .exited(0))
  }
}
