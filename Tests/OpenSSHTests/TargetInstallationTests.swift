import PCSCore
import Testing

@testable import OpenSSH

@Suite struct TargetInstallationTests {
  private func there(_ output: String) throws -> TargetInstallation {
    try #require(TargetInstallation(output: "machine x86_64\n" + output))
  }

  @Test(
    arguments: [
      ("", nil, .missing),
      ("manifest abc\nwhole", "1.2.0", .equal),
      ("manifest abc", "1.2.0", .damaged),
      ("installed\nmanifest abc", nil, .damaged),
      ("installed", nil, .damaged),
      ("manifest def\nwhole", "1.2.0", .otherBuild),
      ("manifest def\nwhole", "1.1.9+abc", .outdated("1.1.9+abc")),
      ("manifest def\nwhole", "1.2.0+abc", .outdated("1.2.0+abc")),
      ("manifest def\nwhole", "1.10.0", .newer("1.10.0")),
      (
        "package apt-get install --only-upgrade pcs", "1.1.0",
        .packaged(.init(command: "sudo apt-get install --only-upgrade pcs"))
      ),
      ("package dnf upgrade pcs", nil, .packaged(.init(command: "sudo dnf upgrade pcs"))),
      ("package dnf upgrade pcs", "1.2.0", .equal),
      ("package dnf upgrade pcs", "1.3.0", .newer("1.3.0")),
    ] as [(String, String?, TargetInstallation.Step)])
  func versionsAndFilesDecide(
    _ output: String, _ theirs: String?, _ step: TargetInstallation.Step
  ) throws {
    #expect(try there(output).step(ours: "1.2.0", manifest: "abc", theirs: theirs) == step)
  }

  @Test func withoutAManifestOfOursTheVersionDecides() throws {
    #expect(
      try there("manifest def\nwhole").step(ours: "1.2.0", manifest: nil, theirs: "1.2.0")
        == .equal)
  }

  @Test(
    arguments: [
      ("glibc 2.36", "x86_64 2.35\n", nil),
      ("glibc 2.36", "x86_64 2.36", nil),
      ("glibc 2.5", "x86_64 2.35", "glibc 2.35 or newer is needed, there is 2.5"),
      ("", "x86_64 2.35", "glibc 2.35 or newer is needed, there is none"),
      ("glibc 2.36", "aarch64 2.35", "made for aarch64, that machine is x86_64"),
    ] as [(String, String, String?)])
  func aPlatformIsCompared(_ output: String, _ platform: String, _ obstacle: String?) throws {
    #expect(try there(output).obstacle(to: platform) == obstacle)
  }

  @Test(
    arguments: [
      ("become root", .root), ("become leash", .leash), ("become sudo", .sudo), ("", nil),
    ] as [(String, TargetInstallation.Become?)])
  func theWayToRootIsRead(_ output: String, _ become: TargetInstallation.Become?) throws {
    #expect(try there(output).become == become)
  }

  @Test func noAnswerSaysNothing() {
    #expect(TargetInstallation(output: "sh: not found\n") == nil)
  }

  @Test(
    arguments: [
      (Version.current, nil, false, .same), ("0.0.1", nil, false, .other),
      ("0.0.1", nil, true, .damaged), (nil, nil, false, .missing),
    ] as [(String?, String?, Bool, Connection.Installation)])
  func whatIsThereIsCompared(
    _ version: String?, _ installation: String?, _ isDamaged: Bool,
    _ comparison: Connection.Installation
  ) {
    let facts = TargetFacts(
      hostname: "vega", machineID: "1", userID: 0, version: version, installation: installation,
      isDamaged: isDamaged)
    #expect(facts.comparison == comparison)
  }
}
