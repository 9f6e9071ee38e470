import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// A home of its own, with modules that are shell scripts.
struct ConfigHome {
  let directory: FilePath

  var file: FilePath { directory.appending("pc-switcher/config.yaml") }
  var modules: FilePath { directory.appending("modules") }

  /// `pcs-config` with this home.
  var tool: Tool {
    var tool = Tool("pcs-config")
    tool.environment = [
      "XDG_CONFIG_HOME": directory.string, "PCS_MODULE_PATH": modules.string, "SUDO_UID": nil,
    ]
    return tool
  }

  static func with<Value>(
    _ yaml: String? = nil, _ body: (ConfigHome) async throws -> Value
  ) async throws -> Value {
    try await withScratchDirectory { directory in
      let home = ConfigHome(directory: directory)
      for folder in [home.modules, home.file.removingLastComponent()] {
        #expect(mkdir(folder.string, 0o755) == 0)
      }
      if let yaml { try home.write(yaml, to: home.file) }
      return try await body(home)
    }
  }

  func write(_ text: String, to path: FilePath, mode: mode_t = 0o644) throws {
    let descriptor = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
    #expect(chmod(path.string, mode) == 0)
  }

  /// A module that describes itself with `schema`, in `folder` or the usual one.
  func addModule(
    _ name: String, schema: String = #"{"type":"object"}"#, in folder: FilePath? = nil
  ) throws {
    let line =
      #"{"type":"module","name":"\#(name)","summary":"Test","required":false,"#
      + #""protocol":1,"config_schema":\#(schema),"needs_root":false}"#
    try write(
      "#!/bin/sh\n[ \"$1\" = describe ] && cat <<'END'\n\(line)\nEND\n",
      to: (folder ?? modules).appending("pcs-module-\(name)"), mode: 0o755)
  }
}

/// Requirement C1.
@Suite struct ConfigCheckTests {
  @Test func acceptsAnEmptyFile() async throws {
    try await ConfigHome.with("") { home in
      let outcome = try await home.tool("check")
      #expect(outcome.status == 0)
      #expect(outcome.result?.status == .success)
    }
  }

  @Test func saysThatItUsesTheDefaultsWithoutAFile() async throws {
    try await ConfigHome.with { home in
      let outcome = try await home.tool("check")
      #expect(outcome.status == 0)
      #expect(outcome.logs.map(\.level) == [.info])
      #expect(
        outcome.logs[0].message.hasPrefix("No configuration at \(home.file): using the defaults"))
    }
  }

  @Test func readsWhatItsCallerPipesIn() async throws {
    try await ConfigHome.with { home in
      let outcome = try await home.tool.run(
        ["check", "--config", "/dev/stdin"], input: "log_cli_level: DEBUG\n")
      #expect(outcome.status == 0)
    }
  }

  @Test("C1: what is no regular file is refused at once", arguments: ["mkfifo", "mkdir"])
  func refusesWhatIsNoRegularFile(_ make: String) async throws {
    try await ConfigHome.with { home in
      let place = home.directory.appending("place").string
      _ = try await Tool(at: FilePath("/usr/bin/env"))(make, place)
      let outcome = try await home.tool("check", "--config", place)
      #expect(outcome.status == 74)
      #expect(outcome.result?.error?.message == "\(place): not a regular file")
      #expect(try await home.tool("show", "--config", place).status == 74)
    }
  }

  @Test func leavesWith78WithoutTheFileThatIsNamed() async throws {
    try await ConfigHome.with { home in
      let outcome = try await home.tool("check", "--config", home.directory.appending("no").string)
      #expect(outcome.status == 78)
      #expect(outcome.result?.error?.kind == "configuration.missing")
    }
  }

  @Test func reportsEveryErrorAtOnceWithItsPlace() async throws {
    let yaml = """
      log_cli_level: loud
      colour: red
      sync_modules:
        waiter: true
        wayter: true
      waiter:
        secnds: 1
        count: "x"
      disk:
        min_free: 2.5
      log_cli_level: INFO

      """
    try await ConfigHome.with(yaml) { home in
      try home.addModule(
        "waiter",
        schema: #"{"type":"object","additionalProperties":false,"required":["folder"],"#
          + #""properties":{"seconds":{"type":"integer"},"count":{"type":"integer"}}}"#)
      let outcome = try await home.tool("check")
      #expect(outcome.status == 78)
      #expect(outcome.result?.error?.kind == "configuration.invalid")
      let errors = outcome.events.compactMap { event -> ValidationError? in
        if case .validationError(let error) = event { error } else { nil }
      }
      #expect(errors.allSatisfy { $0.path == home.file.string && $0.column != nil })
      #expect(
        errors.map { "\($0.line ?? 0):\($0.column ?? 0) \($0.module) \($0.message)" } == [
          #"1:16 core log_cli_level: "loud" is not one of DEBUG, FULL, INFO, WARNING, ERROR, CRITICAL"#,
          "2:1 core colour: unknown key 'colour': no setting, and no module of that name is installed",
          "5:3 core sync_modules.wayter: unknown module 'wayter': pcs-module-wayter is not installed;"
            + " did you mean 'waiter'?",
          "7:3 waiter waiter: missing key 'folder'",
          "7:3 waiter waiter.secnds: unknown key 'secnds'; did you mean 'seconds'?",
          #"8:10 waiter waiter.count: expected integer, found "x""#,
          "10:13 disk-monitor disk.min_free: 2.5 is neither positive bytes nor a fraction between 0"
            + " and 1",
          "11:1 core log_cli_level: duplicate key 'log_cli_level', first in line 1",
        ])
    }
  }

  @Test func warnsOfARequiredModuleThatIsTurnedOff() async throws {
    try await ConfigHome.with("sync_modules:\n  btrfs_snapshots: false\n") { home in
      let outcome = try await home.tool("check")
      #expect(outcome.status == 0)
      let warning = try #require(outcome.logs.first { $0.level == .warning })
      #expect(warning.message == "Required module 'btrfs_snapshots' cannot be disabled")
      #expect(warning.context["path"] == .string(home.file.string))
      #expect(warning.context["line"] == 2)
    }
  }

  @Test(arguments: ["sync_modules: {twin: true}", ""])
  func refusesAModuleInTwoPlaces(_ yaml: String) async throws {
    try await ConfigHome.with(yaml) { home in
      let other = home.directory.appending("other")
      #expect(mkdir(other.string, 0o755) == 0)
      try home.addModule("twin")
      try home.addModule("twin", in: other)
      var tool = home.tool
      tool.environment["PCS_MODULE_PATH"] = "\(home.modules):\(other)"
      let outcome = try await tool("check")
      #expect(outcome.status == 78)
      let message = try #require(outcome.findings.first)
      #expect(message.contains("\(home.modules)/pcs-module-twin"))
      #expect(message.contains("\(other)/pcs-module-twin"))
    }
  }

  @Test(arguments: [
    ("exit 3", "ended with 3"), ("echo hello", "not JSON"),
    ("echo '{}'", "not a module of protocol 1"),
    (#"echo '{"type":"module","protocol":1,"name":"other"}'"#, #"calls itself "other""#),
    (
      #"echo '{"type":"module","protocol":1,"name":"odd","config_schema":{"type":"intger"}}'"#,
      "config_schema/type"
    ),
  ])
  func saysWhichModuleCannotDescribeItself(_ script: String, _ reason: String) async throws {
    try await ConfigHome.with("sync_modules: {odd: true}") { home in
      try home.write(
        "#!/bin/sh\n\(script)\n", to: home.modules.appending("pcs-module-odd"), mode: 0o755)
      let outcome = try await home.tool("check")
      #expect(outcome.status == 78)
      #expect(outcome.findings.count == 1)
      #expect(outcome.findings[0].contains("pcs-module-odd describe: "))
      #expect(outcome.findings[0].contains(reason))
    }
  }

  @Test(
    .enabled(if: geteuid() == 0, "only root can give files away"),
    arguments: ["owner", "world", "folder"])
  func doesNotReadAsRootWhatOthersCanWrite(_ what: String) async throws {
    try await ConfigHome.with("") { home in
      switch what {
      case "owner": #expect(chown(home.file.string, 12345, 12345) == 0)
      case "world": #expect(chmod(home.file.string, 0o666) == 0)
      default: #expect(chown(home.directory.string, 12345, 0) == 0)
      }
      let outcome = try await home.tool("check")
      #expect(outcome.status == 77)
      #expect(outcome.result?.error?.kind == "file.untrusted")
      var invoked = home.tool
      invoked.environment["SUDO_UID"] = "12345"
      #expect(try await invoked("check").status == (what == "world" ? 77 : 0))
    }
  }

  @Test(
    .enabled(if: geteuid() == 0, "only root can give files away"))
  func doesNotRunAsRootAModuleOthersCanWrite() async throws {
    try await ConfigHome.with("sync_modules: {odd: true}") { home in
      try home.write(
        "#!/bin/sh\ntouch \(home.directory)/ran\n", to: home.modules.appending("pcs-module-odd"),
        mode: 0o777)
      let outcome = try await home.tool("check")
      #expect(outcome.status == 78)
      #expect(outcome.findings.first?.contains("not safe to use as root") == true)
      #expect(access(home.directory.appending("ran").string, F_OK) != 0)
    }
  }
}
