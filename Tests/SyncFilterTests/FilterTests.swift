import PCSCore
import SystemPackage
import Testing

@testable import SyncFilter

struct FilterTests {
  @Test(
    arguments: [
      ("/home", nil), ("/etc/machine-id", "/etc/machine-id"),
      ("/etc/ssh/ssh_host_keys", "/etc/ssh/ssh_host_*"),
      ("/home/ada/.config/tailscale/state", ".config/tailscale"), ("/home/ada/.ssh", nil),
      ("/var/lib/pc-switcher/history", "/var/lib/pc-switcher"),
    ] as [(FilePath, String?)])
  func knowsFoldersThatBelongToTheMachine(folder: FilePath, owner: String?) {
    #expect(MachineRules.owner(of: folder) == owner)
  }

  @Test(
    arguments: [
      ("/home", ".ssh/id_*"), ("/home/ada/.ssh", "/id_*"), ("/home/ada/.ssh", "/authorized_keys*"),
      ("/home/ada/.config", "/tailscale"), ("/home/ada/.local", "/share/keyrings"),
      ("/home/ada/.local/share", "/keyrings"), ("/etc", "/fstab"), ("/etc/ssh", "/ssh_host_*"),
      ("/var", "/lib/pc-switcher"),
    ] as [(FilePath, String)])
  func protectsWhatIsTheMachinesOwn(below folder: FilePath, pattern: String) {
    #expect(MachineRules.rules(for: folder).contains(.exclude(pattern, .machine)))
  }

  @Test func letsTheMachineDecideFirstAndTheShippedRulesLast() {
    let user = UserRules(exclude: ["+ .ssh/id_rsa"])
    let list = FilterList(folder: "/home", exceptions: ["ada/vm"], user: user)
    let texts = (list.first + list.last).map { String(decoding: $0.text, as: UTF8.self) }
    let wanted = [
      "- .ssh/id_*", "- /.pcs-commit-*", "- /ada/vm", "+ .ssh/id_rsa", "- .cache/mozilla",
    ]
    let positions = wanted.compactMap { texts.firstIndex(of: $0) }
    #expect(positions.count == wanted.count)
    #expect(positions == positions.sorted())
  }

  @Test(arguments: ["uv", "pip", "npm", "go-build"])
  func keepsCachesOfDevelopers(name: String) {
    #expect(!ShippedRules.excludes.contains { $0.hasPrefix(".cache/\(name)") })
  }

  @Test(
    arguments: [
      ("*.iso", "- *.iso"), ("- *.iso", "- *.iso"), ("+ keep.iso", "+ keep.iso"), ("-x", "- -x"),
      ("-x y", "modifier 'x'"), ("- -x y", "- -x y"), ("exclude z ", "- z "), ("a b", "- a b"),
      ("!", "cannot be undone"), ("- !", "- !"), ("P x", "one side"), ("protect x", "one side"),
      ("-! *.c", "-! *.c"), ("-/ /home/ada/x/", "- /ada/x/"), ("-/ /root/x", ""),
      (": rules", "directory's own"), (". rules", "absolute"), ("- ", "without a pattern"),
      ("-!/ x", "cannot be used together"), ("exclude", "- exclude"), ("exclude,! x", "-! x"),
    ])
  func readsEntriesOfExclude(entry: String, rule: String) {
    let user = UserRules(exclude: [entry])
    if let problem = user.problems.first {
      #expect(!rule.isEmpty && problem.description.contains(rule))
      #expect(problem.description.hasPrefix("user_data.exclude, entry 1: "))
    } else {
      let texts = user.rules(for: "/home").map { String(decoding: $0.text, as: UTF8.self) }
      #expect(texts.joined(separator: "|") == rule)
    }
  }

  @Test(
    arguments: [
      ("a b", "/a b"), ("a*b", #"/a\*b"#), (#"a\b"#, #"/a\b"#), (#"[a]\b?"#, #"/\[a]\\b\?"#),
    ] as [(FilePath, String)])
  func namesOnePathAlone(path: FilePath, pattern: String) {
    #expect(FilterPattern(only: path).text == Array(pattern.utf8))
  }

  /// A path of `count` bytes with a name of 200 bytes in each directory.
  private static func path(_ count: Int) -> FilePath {
    var bytes = (0..<count).map { $0 % 201 == 200 ? UInt8(ascii: "/") : UInt8(ascii: "d") }
    bytes[count - 1] = UInt8(ascii: "f")
    return FilePath(bytes: bytes)
  }

  @Test(arguments: [(4090, false), (4091, true), (5000, true)])
  func leavesPathsOfOver4096Bytes(count: Int, isLeft: Bool) throws {
    let list = FilterList(folder: "/home", exceptions: [], user: UserRules(exclude: ["+ **"]))
    let longPaths = LongPaths()
    let filter = Filter(list, longPaths: longPaths) { _ in nil }
    let verdict = try filter.verdict(of: Self.path(count), isDirectory: false)
    #expect(verdict.isIncluded == !isLeft)
    #expect((verdict.rule?.origin == .length) == isLeft)
    // The first directory that is too long stands for what is in it.
    let bytes = Self.path(count).bytes
    let named = FilePath(bytes: count == 5000 ? Array(bytes.prefix(20 * 201 + 200)) : bytes)
    #expect(longPaths.paths == (isLeft ? [named] : []))
  }
}
