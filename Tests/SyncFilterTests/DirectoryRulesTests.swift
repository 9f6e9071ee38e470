import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import SyncFilter

struct DirectoryRulesTests {
  @Test(
    arguments: [
      ("- *.o", "w", "- /w/*.o|- /w/**/*.o"), ("- /x/", "w/p", "- /w/p/x/"),
      ("- p/x", "w/p", "- /w/p/p/x|- /w/p/**/p/x|- /w/p/x"), ("- **/x", "w", "- /w/**/x|- /w/x"),
      ("- ***", "w", "- /w/**"), ("- /***", "w", "- /w/**"),
      ("- w**x", "w", "- /w/w**x|- /w/**/w**x|- /w/**x"),
      ("- a\\b", "w", #"- /w/a\b|- /w/**/a\\b"#), ("- /a", "w*", #"- /w\*/a"#), ("- x", "", "- x"),
    ])
  func areRulesOfTheFolder(rule: String, directory: String, expected: String) throws {
    let rules = try DirectoryRules.rules(
      in: DirectoryRulesFile(Array(rule.utf8)), of: FilePath(directory), below: "/home")
    let texts = rules.map { String(decoding: $0.text, as: UTF8.self) }
    #expect(texts.joined(separator: "|") == expected)
    #expect(rules.allSatisfy { $0.written == Array(rule.utf8) })
  }

  @Test(arguments: ["merge x", "-! x", "-/ x", "P x", "!", "x"])
  func haveNoPlaceForMore(line: String) throws {
    do {
      _ = try DirectoryRules.rules(
        in: DirectoryRulesFile(Array("- a\n\(line)".utf8)), of: "ada", below: "/home")
      Issue.record("accepted")
    } catch {
      #expect(error.description.hasPrefix("/home/ada/.pcswitcher-filter:2: '\(line)': "))
      #expect(error.exitStatus == .failure)
    }
  }

  @Test func tellAbsentFromUnreadable() async throws {
    try await withScratchDirectory { root in
      for name in ["none", "good", "fifo", "big", "folder", "link"] {
        _ = root.appending(name).withPlatformString { mkdir($0, 0o755) }
      }
      let name = DirectoryRules.name
      try root.appending("good/\(name)").write("- x")
      try root.appending("big/\(name)").write(String(repeating: "#", count: FilterFile.limit + 1))
      _ = root.appending("fifo/\(name)").withPlatformString { mkfifo($0, 0o600) }
      _ = root.appending("folder/\(name)").withPlatformString { mkdir($0, 0o755) }
      symlink("../good/\(name)", root.appending("link/\(name)").string)
      symlink("good", root.appending("behind").string)
      let reader = try DirectoryRulesReader(root, as: "/home")
      #expect(try reader.file(of: "good") == DirectoryRulesFile(Array("- x".utf8)))
      // Behind a link lies nothing of the folder, whatever is there.
      for absent in ["none", "behind", "good/\(name)", "gone", ""].map({ FilePath($0) }) {
        #expect(try reader.file(of: absent) == nil, "\(absent)")
      }
      for bad in ["fifo", "big", "folder", "link", "../good"] {
        #expect(throws: FileError.self, "\(bad)") { try reader.file(of: FilePath(bad)) }
      }
    }
  }

  @Test func comeNearestFirstAndUndoNothingBuiltIn() throws {
    let files = [
      "": "- *.o\n+ .ssh/id_rsa", "ada": "+ keep.o\n- sub", "ada/keep": "+ a.o\n- *.o",
      "ada/sub": "+ *",
    ]
    let user = UserRules(exclude: ["+ .ssh/id_rsa", "*.iso"])
    let list = FilterList(folder: "/home", exceptions: ["ada/vm"], user: user)
    let filter = Filter(list) { files[$0.string].map { DirectoryRulesFile(Array($0.utf8)) } }
    let expected: [(FilePath, String?)] = [
      ("a.o", "- *.o"), ("ada/keep.o", nil), ("ada/keep/keep.o", "- *.o"), ("ada/keep/a.o", nil),
      ("ada/sub/x", "- sub"), ("ada/sub", "- sub"), ("ada/.ssh/id_rsa", "- .ssh/id_*"),
      ("ada/vm/disk", "- /ada/vm"), ("ada/x.iso", "*.iso"),
      ("ada/.cache/mozilla/x/y", "- .cache/mozilla"),
      ("ada/.cache/uv/x", nil), ("", nil), (".pcs-commit-12345678", "- /.pcs-commit-*"),
    ]
    // In both orders: what is kept of the way to the last path must not matter.
    for (path, rule) in expected + Array(expected.reversed()) {
      let verdict = try filter.verdict(of: path, isDirectory: false)
      #expect(verdict.isIncluded == (rule == nil), "\(path)")
      guard let rule else { continue }
      #expect(verdict.rule.map { String(decoding: $0.written, as: UTF8.self) } == rule, "\(path)")
    }
    guard case .excluded(_, let at) = try filter.verdict(of: "ada/sub/x", isDirectory: false) else {
      Issue.record("included")
      return
    }
    #expect(at == "ada/sub")
  }

  @Test func aFileThatCannotBeReadIsNoFile() throws {
    let list = FilterList(
      folder: "/home", exceptions: [], user: UserRules(exclude: []))
    let failure = FileError("/home/ada", "cannot open", .permissionDenied)
    let filter = Filter(list) { if $0 == "ada" { throw failure } else { nil } }
    #expect(try filter.verdict(of: "ada", isDirectory: true).isIncluded)
    #expect(throws: failure) { try filter.verdict(of: "ada/x", isDirectory: false) }
    #expect(throws: failure) { try filter.verdict(of: "ada/x", isDirectory: false) }
  }

  @Test func theDigestChangesWithARule() {
    func digest(
      _ exclude: [String], _ exceptions: [FilePath] = [], snaps: [FilePath] = []
    ) -> String {
      FilterList(
        folder: "/home", exceptions: exceptions, snaps: snaps, user: UserRules(exclude: exclude)
      ).digest
    }
    #expect(digest(["a", "b"]) == digest(["- a", "exclude b"]))
    let different = [
      digest([]), digest(["a", "b"]), digest(["b", "a"]), digest(["ab"]),
      digest(["+ a", "b"]), digest(["a", "b/"]),
    ]
    #expect(Set(different).count == different.count)
    // A mount that comes or goes is no change of the rules.
    #expect(digest(["a"], ["vm"]) == digest(["a"]))
    // Nor is a snap that the target refreshed.
    #expect(digest(["a"], snaps: ["ada/snap/app/7"]) == digest(["a"]))
  }
}
