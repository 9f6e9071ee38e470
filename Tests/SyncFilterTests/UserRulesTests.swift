import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import SyncFilter

struct UserRulesTests {
  private func rules(_ file: FilePath, _ exclude: [String] = []) -> UserRules {
    UserRules(exclude: exclude, filterFile: file)
  }

  @Test func readsFilesThatMergeFiles() async throws {
    try await withScratchDirectory { directory in
      let file = directory.appending("rules")
      try file.write("# mine\n\n- *.iso\r\n; note\ninclude z \nmerge more\n- last\n")
      try directory.appending("more").write("+ /ada/x\r- y")
      let rules = rules(file, ["a", "+ b", ". \(directory)/more"])
      #expect(rules.problems == [])
      let texts = rules.rules(for: "/home").map { String(decoding: $0.text, as: UTF8.self) }
      #expect(
        texts == [
          "- a", "+ b", "+ /ada/x", "- y", "- *.iso", "+ z ", "+ /ada/x", "- y", "- last",
        ])
      #expect(
        rules.rules(for: "/home").map(\.origin).suffix(3) == [
          .file(directory.appending("more"), line: 1), .file(directory.appending("more"), line: 1),
          .file(file, line: 7),
        ])
    }
  }

  @Test func namesEveryLineThatIsNoRule() async throws {
    try await withScratchDirectory { directory in
      let file = directory.appending("rules")
      let bad = [
        "!", "clear", ": .rules", "dir-merge x", "-", "- ", "*.iso", "P x", "hide x", "-s x",
        "+p x",
        "-C", " - x", "merge,- x", "-!/ x", "exclude\tx", "merge absent",
        "- " + String(repeating: "x", count: 4096), "- a\u{0}b",
      ]
      try file.write("+ x\n" + bad.joined(separator: "\n") + "\n- y\n")
      let rules = rules(file)
      #expect(rules.rules(for: "/home").count == 2)
      #expect(
        rules.problems.map(\.origin) == bad.indices.map { .file(file, line: $0 + 2) })
      let finding = rules.problems[7].finding(of: "user-data")
      #expect(finding.path == file.string)
      #expect(finding.line == 9)
      #expect(finding.message.hasPrefix("'P x': a rule for one side"))
      #expect(throws: rules.problems[0]) { try rules.check() }
    }
  }

  @Test func refusesFilesWithoutEndAndWithoutContent() async throws {
    try await withScratchDirectory { directory in
      let file = directory.appending("rules")
      try file.write("- a\nmerge rules\n")
      #expect(rules(file).problems.map(\.reason) == [.tooDeep])
      let absent = rules(directory.appending("absent")).problems
      #expect(
        absent.map(\.description) == [
          "\(directory)/absent: cannot open: \(Errno.noSuchFileOrDirectory)"
        ])
      #expect(rules(directory).problems.count == 1)
    }
  }

  @Test(
    arguments: [
      ("-/ /home/ada/x", "/home", "- /ada/x"), ("-/ /home/ada/x", "/home/ada", "- /x"),
      ("-/ /home/ada/x", "/root", ""), ("-/ /*/ada/", "/home", "- /ada/"),
      ("-/ /home/**", "/home/ada", "- /**"), ("-/ name", "/home", "- name"),
      ("-/ ada/x", "/home/ada", "- /ada/x|- /**/ada/x|- /x"),
      (#"-/ /*/a\b"#, "/home", "- /ab"), (#"-/ /home/a\b"#, "/home", #"- /a\b"#),
    ])
  func takesAbsolutePathsAsThoseOfAFolder(rule: String, folder: String, expected: String) {
    let texts = UserRules(exclude: [rule]).rules(for: FilePath(folder))
      .map { String(decoding: $0.text, as: UTF8.self) }
    #expect(texts.joined(separator: "|") == expected)
  }
}

extension FilePath {
  func write(_ text: String) throws {
    let file = try FileDescriptor.open(
      self, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    try file.closeAfter { _ = try file.writeAll(text.utf8) }
  }
}
