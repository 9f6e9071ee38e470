import Glibc
import PCSCore
import SystemPackage
import Testing

@testable import Configuration

@Suite struct CheckedConfigurationTests {
  private static func module(
    _ name: String, required: Bool = false, schema: String
  ) throws -> DescribedModule {
    let line =
      #"{"type":"module","name":"\#(name)","summary":"S","required":\#(required),"#
      + #""protocol":1,"config_schema":\#(schema),"needs_root":true}"#
    return try DescribedModule(name: name, line: Array(line.utf8), from: "/m")
  }

  /// 16,000 unknown keys took 8.6 s: each was looked for among all the others.
  @Test func thousandsOfModulesAreFoundInNoTime() throws {
    let keys = (0..<20_000).map { JSONNode.Member("unknown_key_\($0)", JSONNode(.bool(true))) }
    let listed = JSONNode.Member("sync_modules", JSONNode(.object(keys)))
    // Of this thread alone: other tests run beside it.
    let begin = clock(CLOCK_THREAD_CPUTIME_ID)
    let outline = ConfigurationOutline(JSONNode(.object(keys + [listed])))
    #expect(outline.moduleNames.count == 20_002)
    #expect(outline.moduleNames.allSatisfy { outline.section(of: $0)?.key != "" })
    #expect(clock(CLOCK_THREAD_CPUTIME_ID) - begin < .seconds(5))
    #expect(outline.findings == [])
  }

  private func clock(_ id: clockid_t) -> Duration {
    var time = timespec()
    clock_gettime(id, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  private func check(_ yaml: String) throws -> CheckedConfiguration {
    let amount = #"{"anyOf":[{"type":"integer"},{"type":"number"},{"type":"string"}]}"#
    let modules = [
      try Self.module(
        "btrfs-snapshots", required: true,
        schema: #"{"type":"object","properties":{"keep_recent":{"type":"integer","default":3}}}"#),
      try Self.module(
        "disk-monitor", required: true,
        schema: #"{"type":"object","additionalProperties":false,"properties":{"#
          + #""min_free":\#(amount),"reserve_minimum":\#(amount),"#
          + #""check_interval":{"default":30}}}"#),
      try Self.module(
        "wait",
        schema: #"{"type":"object","properties":{"seconds":{"type":"integer","default":20}}}"#),
      try Self.module("needy", schema: #"{"type":"object","required":["folder"]}"#),
    ]
    let outline = ConfigurationOutline(try #require(YAMLReader.read(Array(yaml.utf8)).node))
    let answers = outline.moduleNames.map { name in
      let module = modules.first { $0.name == name }
      let error = ModuleCatalogError.notFound(name, executable: "pcs-module-\(name)")
      return (name, module.map { .success($0) } ?? Result<_, any Error>.failure(error))
    }
    return CheckedConfiguration(
      outline, path: "/etc/c.yaml", names: outline.moduleNames,
      modules: Dictionary(uniqueKeysWithValues: answers), installed: modules.map(\.name))
  }

  private func lines(_ yaml: String) throws -> [String] {
    try check(yaml).problems.map { $0.text(in: "c") }
  }

  @Test func hasDefaultsForAnEmptyFile() throws {
    let checked = try check("")
    #expect(checked.problems == [])
    #expect(
      checked.document.text == #"{"log_file_level":"FULL","log_cli_level":"INFO","#
        + #""sync_modules":{},"module_configs":{"btrfs_snapshots":{"keep_recent":3}},"#
        + #""disk":{"check_interval":30,"min_free":null,"reserve_minimum":null,"#
        + #""warning_threshold":null},"config_path":"/etc/c.yaml"}"#)
  }

  @Test func keepsTheOrderOfTheFile() throws {
    let checked = try check("sync_modules: {wait: true, btrfs-snapshots: true, needy: false}")
    #expect(checked.problems == [])
    let names = checked.document["sync_modules"]?.members?.map(\.key)
    #expect(names == ["wait", "btrfs_snapshots", "needy"])
    #expect(checked.document["module_configs"]?["wait"]?.text == #"{"seconds":20}"#)
  }

  @Test func warnsWhenARequiredModuleIsTurnedOff() throws {
    let checked = try check("sync_modules:\n  btrfs_snapshots: false\n")
    #expect(checked.problems == [])
    #expect(
      checked.warnings == [
        .init(
          message: "Required module 'btrfs_snapshots' cannot be disabled",
          position: TextPosition(line: 2, column: 3))
      ])
    #expect(checked.document["sync_modules"]?.text == #"{"btrfs_snapshots":true}"#)
  }

  @Test(arguments: [
    (
      "log_cli_level: loud",
      "c:1:16: log_cli_level: \"loud\" is not one of DEBUG, FULL, INFO, WARNING, ERROR, CRITICAL"
    ),
    (
      "log_cli_level: info",
      "c:1:16: log_cli_level: \"info\" is not one of DEBUG, FULL, INFO, WARNING, ERROR, CRITICAL; did you mean 'INFO'?"
    ),
    (
      "sync_modules: [a]",
      "c:1:15: sync_modules: expected modules, each with true or false, found [\"a\"]"
    ),
    (
      "sync_modules: {wait: no}",
      "c:1:22: sync_modules.wait: expected true or false, found \"no\", which is text in YAML 1.2"
    ),
    (
      "sync_modules: {wiat: true}",
      "c:1:16: sync_modules.wiat: unknown module 'wiat': pcs-module-wiat is not installed; did you mean 'wait'?"
    ),
    (
      "sync_modules: {btrfs-snapshots: true, btrfs_snapshots: true}",
      "c:1:39: sync_modules.btrfs_snapshots: 'btrfs-snapshots' and 'btrfs_snapshots' are the same module"
    ),
    ("sync_modules: {needy: true}", "c:1:16: needy: missing key 'folder'"),
    ("needy:", "c:1:7: needy: missing key 'folder'"),
    ("wait: {seconds: 1.5}", "c:1:17: wait.seconds: expected integer, found 1.5"),
    ("wait: 5", "c:1:7: wait: expected object, found 5"),
    (
      "log_fil_level: INFO",
      "c:1:1: log_fil_level: unknown key 'log_fil_level': no setting, and no module of that name is installed; did you mean 'log_file_level'?"
    ),
    ("disk_monitor: {}", "c:1:1: disk_monitor: unknown key 'disk_monitor'; did you mean 'disk'?"),
    ("disk: {min_fre: 1}", "c:1:8: disk.min_fre: unknown key 'min_fre'; did you mean 'min_free'?"),
    (
      "disk: {min_free: 1.5}",
      "c:1:18: disk.min_free: 1.5 is neither positive bytes nor a fraction between 0 and 1"
    ),
    (
      "disk: {min_free: 0}",
      "c:1:18: disk.min_free: 0 is neither positive bytes nor a fraction between 0 and 1"
    ),
    (
      "disk: {check_interval: 0s}",
      "c:1:24: disk.check_interval: \"0s\" is no time of whole seconds, such as 30 or 30s"
    ),
    (
      "disk: {check_interval: '30'}",
      "c:1:24: disk.check_interval: \"30\" is no time of whole seconds, such as 30 or 30s"
    ),
    ("5", "c:1:1: expected settings, found 5"),
  ])
  func reports(_ yaml: String, _ line: String) throws {
    #expect(try lines(yaml) == [line])
  }

  @Test(arguments: [
    ("min_free: 20%", "0.2"), ("min_free: 0.2", "0.2"), ("min_free: 1024", "1024"),
    ("min_free: 50GiB", "53687091200"), ("min_free: 500 MB", "500000000"),
  ])
  func saysAmountsInNumbers(_ setting: String, _ number: String) throws {
    let checked = try check("disk: {\(setting)}")
    #expect(checked.problems == [])
    #expect(checked.document["disk"]?["min_free"]?.text == number)
  }

  @Test(arguments: ["30", "30s", "0.5m"]) func saysTheIntervalInSeconds(_ text: String) throws {
    #expect(
      try check("disk: {check_interval: \(text)}").document["disk"]?["check_interval"]?.text == "30"
    )
  }

  @Test func writesADefaultThatIsValid() throws {
    let modules = [
      try Self.module(
        "btrfs-snapshots", required: true,
        schema: #"{"properties":{"keep_recent":{"default":3,"description":"How many."}}}"#),
      try Self.module(
        "user-data",
        schema:
          #"{"properties":{"folders":{"default":[{"path":"/home"}]},"secret":{"type":"string"}}}"#),
      try Self.module(
        "needy", schema: #"{"required":["folder"],"properties":{"folder":{"type":"string"}}}"#),
      try Self.module("dummy", schema: "{}"),
    ]
    let text = DefaultConfiguration(modules).text
    let (node, findings) = YAMLReader.read(Array(text.utf8))
    #expect(findings == [])
    #expect(node?["sync_modules"]?.text == #"{"user_data":true,"needy":false,"dummy":false}"#)
    #expect(node?["user_data"]?.text == #"{"folders":[{"path":"/home"}]}"#)
    #expect(text.contains("  # How many.\n  keep_recent: 3\n"))
    #expect(text.contains("  # Of type string.\n  # secret: …\n"))
  }
}
