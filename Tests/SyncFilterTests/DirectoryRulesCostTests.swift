import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import SyncFilter

/// Root reads the rules of every user's directories.
@Suite struct DirectoryRulesCostTests {
  private static func filter(_ files: [String: String]) throws -> Filter {
    let list = FilterList(
      folder: "/home", exceptions: [], user: UserRules(exclude: []))
    return Filter(list) { files[$0.string].map { DirectoryRulesFile(Array($0.utf8)) } }
  }

  private static func longName(_ number: Int) -> FilePath {
    FilePath("ada/" + String(repeating: "n", count: 240) + "\(number)")
  }

  /// 64,000 literals for 3,000 names took 100 s.
  @Test(arguments: ["- ", "- /", "- a/", "- /a/b/"])
  func literalsCostTheSameWhateverTheirNumber(_ rule: String) throws {
    let efforts = try [2, 2_000].map { count in
      let lines = (0..<count).map { "\(rule)\($0)" }
      var budget = RulesBudget()
      let rules = try DirectoryRules(
        DirectoryRulesFile(Array(lines.joined(separator: "\n").utf8)), of: "ada", below: "/home",
        &budget)
      #expect(budget.effort == .limited)
      var effort = MatchEffort.limited
      let path = Self.longName(1).bytes
      #expect(rules.table.rule(for: path, isDirectory: false, &effort) == nil)
      return effort
    }
    #expect(efforts[0] == efforts[1])
  }

  /// In a file of the size that is allowed, such rules take a second for one path; one that ends with a
  /// literal is passed over by the last byte of the path.
  @Test(
    arguments: [
      String(repeating: "- *" + String(repeating: "n", count: 120) + "x?\n", count: 20),
      String(repeating: "- **nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnx?\n", count: 100),
      String(repeating: "- *x?\n", count: 8_000),
    ])
  func patternsThatTakeTooLongAreAnError(_ rules: String) throws {
    let filter = try Self.filter(["ada": rules])
    let error = #expect(throws: FilterProblem.self) {
      try filter.verdict(of: Self.longName(1), isDirectory: false)
    }
    #expect(error?.reason == .tooCostly)
    #expect(error?.description.hasPrefix("/home/ada/.pcswitcher-filter") == true)
    #expect(error?.exitStatus == .failure)
  }

  @Test func rulesOfAllDirectoriesOnTheWayCountTogether() throws {
    let half = String(repeating: "- aaaaaaa\n", count: FilterFile.limit / 20)
    let filter = try Self.filter(["a": half, "a/b": half, "a/b/c": half, "b": half])
    #expect(try filter.verdict(of: "a/b/x", isDirectory: false).isIncluded)
    let error = #expect(throws: FilterProblem.self) {
      try filter.verdict(of: "a/b/c/x", isDirectory: false)
    }
    #expect(error?.reason == .tooMuch)
    #expect(try filter.verdict(of: "b/x", isDirectory: false).isIncluded)
  }

  @Test func patternsFarDownAreBoundedToo() throws {
    let way = String(repeating: "a/", count: 300)
    let rule = "- " + String(repeating: "[a]/", count: 200) + "x\n"
    let filter = try Self.filter([String(way.dropLast()): String(repeating: rule, count: 20)])
    let error = #expect(throws: FilterProblem.self) {
      try filter.verdict(of: FilePath(way + "x"), isDirectory: false)
    }
    #expect(error?.reason == .tooCostly)
  }

  @Test func manyUsualRulesAreFarFromTheLimit() throws {
    let rules = (0..<300).map { "- *.ext\($0)\n+ **/build\($0)/*\n- /out\($0)/" }
    let filter = try Self.filter(["ada": rules.joined(separator: "\n")])
    #expect(try filter.verdict(of: "ada/some/way/to/a/file.txt", isDirectory: false).isIncluded)
  }

  @Test(
    arguments: [
      ("- x\n+ x", "x", "- x"), ("+ x/\n- x", "x", "- x"), ("- x/\n+ x", "x", "+ x"),
      ("- *\n+ x", "x", "- *"), ("+ x\n- *", "x", "+ x"), ("- [x]\n+ x", "x", "- [x]"),
      ("+ b/x\n- x", "b/x", "+ b/x"), ("- ada/x", "x", "- ada/x"), ("- /x", "b/x", nil),
    ] as [(String, String, String?)])
  func theFirstRuleDecidesWhereverItIsKept(_ rules: String, _ path: String, _ rule: String?) throws
  {
    let filter = try Self.filter(["ada": rules])
    let verdict = try filter.verdict(of: FilePath("ada/\(path)"), isDirectory: false)
    #expect(verdict.rule.map { String(decoding: $0.written, as: UTF8.self) } == rule)
  }

  /// A hard link makes another user's file a file of rules.
  @Test func errorsRepeatNoLineThatCouldBeAnotherUsers() async throws {
    try await withScratchDirectory { root in
      for name in ["own", "linked", "foreign"] {
        _ = root.appending(name).withPlatformString { mkdir($0, 0o755) }
        if name != "linked" {
          try root.appending("\(name)/\(DirectoryRules.name)").write("secret of \(name)")
        }
      }
      try root.appending("diary").write("secret of linked")
      #expect(
        link(
          root.appending("diary").string, root.appending("linked/\(DirectoryRules.name)").string)
          == 0)
      if geteuid() == 0 { chown(root.appending("foreign").string, 1234, 1234) }
      let reader = try DirectoryRulesReader(root, as: "/home")
      let list = FilterList(
        folder: "/home", exceptions: [], user: UserRules(exclude: []))
      let filter = Filter(list) { try reader.file(of: $0) }
      for (name, isRepeated) in [("own", true), ("linked", false), ("foreign", geteuid() != 0)] {
        let error = #expect(throws: FilterProblem.self) {
          try filter.verdict(of: FilePath("\(name)/x"), isDirectory: false)
        }
        let text = error?.description ?? ""
        #expect(text.contains("secret") == isRepeated, "\(text)")
        #expect(text.hasPrefix("/home/\(name)/.pcswitcher-filter:1: "))
        #expect(text.contains("not a rule"))
      }
    }
  }
}
