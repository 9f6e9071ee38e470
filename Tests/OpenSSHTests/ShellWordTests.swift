import PCSCore
import SystemPackage
import Testing

@testable import OpenSSH

@Suite struct ShellWordTests {
  private static let hostile: [[UInt8]] =
    [
      "", " ", "a b", "'", "''", "it's", "\"", "\\", "\\'", "$HOME", "$(id)", "`id`", "*", "?", "~",
      "~root", "!!", "#", "-n", "--", "a\nb", "\n", "\t", "a;b", "a&b", "a|b", "<a", ">a", "(a)",
      "{a,b}", "[a]", "a=b", "%s", "\\n", "ä€😀", "\u{1B}[31m",
    ].map { Array($0.utf8) } + [Array(1...255), [0xFF], [0xE2, 0x82]]

  @Test(arguments: ["/bin/sh", "/bin/bash"])
  func everyWordComesBackThroughAShell(_ shell: String) async throws {
    let words = Self.hostile.map { ShellWord.quote($0) }
    let line = words.reduce(Array(#"printf '%s\0'"#.utf8)) { $0 + [UInt8(ascii: " ")] + $1 }
    let script = line + Array(" | od -An -v -tx1".utf8)
    let child = ChildProcess(FilePath(shell), bytes: [Array("-c".utf8), script])
    let (status, output, _) = try await child.capture()
    let bytes = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      .compactMap { UInt8($0, radix: 16) }
    #expect(status == .exited(0))
    #expect(bytes == Array(Self.hostile.flatMap { $0 + [0] }))
  }

  @Test(arguments: ["vega", "/usr/bin/pcs-leash", "a-b_c.d,e:f@g+h", "-x"])
  func harmlessWordsStayAsTheyAre(_ word: String) {
    #expect(ShellWord.quote(word) == word)
  }

  @Test(arguments: [("", "''"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("ä", "'ä'")])
  func othersAreQuoted(word: String, quoted: String) {
    #expect(ShellWord.quote(word) == quoted)
  }
}
