import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// Requirements C1 and C2.
@Suite struct ConfigShowTests {
  @Test func printsOneDocumentThatTheCoreReads() async throws {
    let yaml = """
      log_cli_level: WARNING
      sync_modules: {zeta: true, alpha: false}
      zeta: {pace: fast}
      disk: {check_interval: 1m, min_free: 20%}
      """
    try await ConfigHome.with(yaml) { home in
      try home.addModule(
        "zeta", schema: #"{"properties":{"pace":{"type":"string"},"count":{"default":7}}}"#)
      try home.addModule("alpha")
      let outcome = try await home.tool("show")
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
      let configuration = try SyncConfiguration(parsing: Array(outcome.output.utf8))
      #expect(configuration.logFileLevel == .full)
      #expect(configuration.logCliLevel == .warning)
      #expect(configuration.enabledModules == ["zeta"])
      #expect(configuration.disabledModules == ["alpha"])
      #expect(configuration.section(of: "zeta") == ["pace": "fast", "count": 7])
      #expect(configuration.disk["check_interval"] == 60)
      #expect(configuration.disk["min_free"] == 0.2)
      #expect(configuration.configPath == home.file)
    }
  }

  @Test func hasNothingButTheSeedsMembers() async throws {
    try await ConfigHome.with("") { home in
      let document = try JSONReader.read(Array(try await home.tool("show").output.utf8))
      #expect(
        document.members?.map(\.key) == [
          "log_file_level", "log_cli_level", "sync_modules", "module_configs", "disk",
          "config_path",
        ])
    }
  }

  @Test(arguments: ["waiter", "dummy-success", "dummy_success"])
  func printsOneSection(_ name: String) async throws {
    try await ConfigHome.with("waiter: {seconds: 3}") { home in
      try home.addModule("waiter", schema: #"{"properties":{"seconds":{"default":20}}}"#)
      let outcome = try await home.tool("show", "--module", name)
      #expect(outcome.status == 0)
      #expect(
        outcome.output == (name == "waiter" ? "{\"seconds\":3}\n" : "{\"duration_seconds\":20}\n"))
    }
  }

  @Test func printsTheDefaultsOfAllModules() async throws {
    try await ConfigHome.with("this: is: not: YAML") { home in
      try home.addModule("waiter", schema: #"{"properties":{"seconds":{"default":20}}}"#)
      let outcome = try await home.tool("show", "--default")
      #expect(outcome.status == 0)
      let configuration = try SyncConfiguration(parsing: Array(outcome.output.utf8))
      #expect(configuration.section(of: "waiter") == ["seconds": 20])
      #expect(configuration.section(of: "dummy-success") == ["duration_seconds": 20])
      #expect(configuration.section(of: "btrfs-snapshots")["max_age_days"] == 7)
      #expect(configuration.syncModules == [])
      #expect(configuration.configPath == nil)
    }
  }

  @Test func printsNothingOfWhatIsInvalid() async throws {
    try await ConfigHome.with("colour: red\n") { home in
      let outcome = try await home.tool("show")
      #expect(outcome.status == 78)
      #expect(outcome.output == "")
      #expect(outcome.errors.contains("\(home.file):1:1: colour: unknown key 'colour'"))
    }
  }

  @Test func suggestsAModule() async throws {
    try await ConfigHome.with("") { home in
      let outcome = try await home.tool("show", "--module", "dummy-sucess")
      #expect(outcome.status == 64)
      #expect(
        outcome.errors
          == "pcs-config: dummy-sucess: no such module; did you mean 'dummy-success'?\n")
    }
  }

  @Test("L4: people are not shown what the schema calls writeOnly, programs are")
  func hidesSecretsFromPeople() async throws {
    try await ConfigHome.with("sync_modules: {teller: true}\nteller: {token: hunter2}\n") { home in
      try home.addModule(
        "teller",
        schema: #"{"properties":{"token":{"type":"string","writeOnly":true}}}"#)
      let text = try await home.tool("show", "--format", "text")
      #expect(text.status == 0)
      #expect(text.output.contains("\"token\": \"***\""))
      #expect(!text.output.contains("hunter2"))
      #expect(try await home.tool("show").output.contains("hunter2"))
    }
  }

  @Test func asksOnlyTheModulesThatAreNamed() async throws {
    try await ConfigHome.with("") { home in
      try home.write(
        "#!/bin/sh\ntouch \(home.directory)/ran\n", to: home.modules.appending("pcs-module-idle"),
        mode: 0o755)
      #expect(try await home.tool("show").status == 0)
      #expect(access(home.directory.appending("ran").string, F_OK) != 0)
    }
  }
}
