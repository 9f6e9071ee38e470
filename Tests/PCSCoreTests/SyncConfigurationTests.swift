import PCSCore
import SystemPackage
import Testing

@Suite struct SyncConfigurationTests {
  private let text = """
    {"log_file_level":"DEBUG","log_cli_level":"WARNING",
     "sync_modules":{"zeta":true,"btrfs_snapshots":true,"dummy_success":false,"alpha":true},
     "module_configs":{"btrfs_snapshots":{"keep_recent":3},"dummy_success":{"duration_seconds":2}},
     "disk":{"check_interval":30},"config_path":"/home/x/.config/pc-switcher/config.yaml"}
    """

  @Test func keepsTheOrderOfTheModules() throws {
    let configuration = try SyncConfiguration(parsing: Array(text.utf8))
    #expect(
      configuration.syncModules.map(\.name) == [
        "zeta", "btrfs-snapshots", "dummy-success", "alpha",
      ])
    #expect(configuration.enabledModules == ["zeta", "alpha"])
    #expect(configuration.disabledModules == ["dummy-success"])
  }

  @Test func hasEachModulesSection() throws {
    let configuration = try SyncConfiguration(parsing: Array(text.utf8))
    #expect(configuration.section(of: "dummy-success") == ["duration_seconds": 2])
    #expect(configuration.section(of: "disk-monitor") == ["check_interval": 30])
    #expect(configuration.section(of: "alpha") == [:])
    #expect(configuration.logFileLevel == .debug)
    #expect(configuration.configPath == "/home/x/.config/pc-switcher/config.yaml")
  }

  @Test func hasNoPathWithoutAFile() throws {
    let text = text.replacing("\"/home/x/.config/pc-switcher/config.yaml\"", with: "null")
    #expect(try SyncConfiguration(parsing: Array(text.utf8)).configPath == nil)
  }

  @Test(arguments: ["log_file_level", "sync_modules", "module_configs", "disk"])
  func refusesADocumentThatLacksAMember(_ member: String) throws {
    let text = text.replacing("\"\(member)\"", with: "\"other\"")
    #expect(throws: SyncConfigurationError(member: member)) {
      try SyncConfiguration(parsing: Array(text.utf8))
    }
  }
}
