import SystemPackage
import Testing

@testable import UserData

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
    #expect(MachineRules.rules(for: folder).contains(.exclude(pattern)))
  }

  @Test func letsTheMachineDecideFirstAndTheShippedRulesLast() {
    let user = FilterRule(entry: "+ .ssh/id_rsa")
    let list = FilterList(folder: "/home", exceptions: ["ada/vm"], user: [user]).rules
    let positions = [
      list.firstIndex(of: .exclude(".ssh/id_*")), list.firstIndex(of: .exclude("/.pcs-stage")),
      list.firstIndex(of: .exclude("/ada/vm")), list.firstIndex(of: user),
      list.firstIndex(of: .exclude(".cache/mozilla")),
    ].compactMap { $0 }
    #expect(positions.count == 5)
    #expect(positions == positions.sorted())
  }

  @Test(arguments: ["uv", "pip", "npm", "go-build"])
  func keepsCachesOfDevelopers(name: String) {
    #expect(!ShippedRules.excludes.contains { $0.hasPrefix(".cache/\(name)") })
  }

  @Test(arguments: [
    ("*.iso", true, "*.iso"), ("- *.iso", true, "*.iso"), ("+ keep.iso", false, "keep.iso"),
    ("-x", true, "-x"), ("!", true, "!"),
  ])
  func readsEntriesOfExclude(entry: String, isExclude: Bool, pattern: String) {
    #expect(
      FilterRule(entry: entry) == FilterRule(isExclude: isExclude, pattern: Array(pattern.utf8)))
  }

  @Test(
    arguments: [
      ("a b", "/a b"), ("a*b", #"/a\*b"#), (#"a\b"#, #"/a\b"#), (#"[a]\b?"#, #"/\[a]\\b\?"#),
    ] as [(FilePath, String)])
  func namesOnePathAlone(path: FilePath, pattern: String) {
    #expect(FilterRule.exclude(only: path).pattern == Array(pattern.utf8))
  }

  @Test func readsAFilterFile() throws {
    let text = "# mine\n\n- *.iso\r\n+ /ada/x\nexclude y\n; note\ninclude z \n"
    let rules = try FilterFile.rules(in: Array(text.utf8), of: "/f")
    #expect(
      rules.map { String(decoding: $0.option, as: UTF8.self) } == [
        "--filter=- *.iso", "--filter=+ /ada/x", "--filter=- y", "--filter=+ z ",
      ])
  }

  @Test(arguments: [
    "!", "clear", ": .rules", ". /etc/rules", "merge x", "dir-merge x", "-", "- ", "*.iso", "P x",
    "-s x", " - x",
  ])
  func refusesLinesThatCouldUndoTheMachinesRules(line: String) {
    #expect(throws: FilterFileError(path: "/f", line: 2, text: line)) {
      try FilterFile.rules(in: Array("+ x\n\(line)\n".utf8), of: "/f")
    }
  }
}
