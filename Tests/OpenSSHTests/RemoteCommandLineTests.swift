import OpenSSH
import PCSCore
import Testing

@Suite struct RemoteCommandLineTests {
  @Test(arguments: [false, true]) func isOneCommandOfHarmlessWords(_ sudo: Bool) throws {
    let request = RemoteRequest(arguments: [Array("rm".utf8), Array("; reboot '".utf8)])
    let text = try RemoteCommandLine.text(for: request, sudo: sudo)
    let words = text.split(separator: " ")
    #expect(words.first == "exec")
    #expect(words.dropFirst().starts(with: ["sudo", "-n"]) == sudo)
    #expect(words.dropLast().last == "--exec")
    #expect(try RemoteRequest(word: String(words.last ?? "")) == request)
    #expect(!text.contains(";") && !text.contains("'"))
  }
}
