import FoundationEssentials
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// The dummy modules in both their forms: Swift, and shell under bin/examples (D1, D2).
@Suite struct DummyTests {
  private static let examples = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent().appending("bin/examples")

  enum Form: String, CaseIterable, Sendable { case swift, shell }

  /// A folder with the module and a `pcs-remote` that runs commands here, as the machine `vega`.
  private func withModule<Value>(
    _ name: String, _ form: Form, _ body: (FilePath) async throws -> Value
  ) async throws -> Value {
    try await withScratchDirectory { directory in
      let bin = directory.appending("bin")
      let module = "pcs-module-\(name)"
      try FileManager.default.createDirectory(
        atPath: bin.string, withIntermediateDirectories: true)
      let source = form == .swift ? Tool.path(module) : Self.examples.appending(module)
      try FileManager.default.copyItem(
        atPath: source.string, toPath: bin.appending(module).string)
      let remote = """
        #!/bin/sh
        while [ "$1" != -- ]; do shift; done
        shift
        echo $$ >remote-pid
        exec unshare --uts sh -c 'hostname vega; exec "$@"' sh "$@"

        """
      try Data(remote.utf8).write(to: URL(filePath: bin.appending("pcs-remote").string))
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: bin.appending("pcs-remote").string)
      return try await body(directory)
    }
  }

  private func invocation(
    _ name: String, seconds: String, hasRemote: Bool = true, dryRun: Bool = false
  ) throws -> String {
    let session = SyncSession(
      id: "0badcafe", sourceHostname: "atlas", targetHostname: "vega", enabledModules: [name],
      lockPath: "/run/lock", target: "vega", configPath: nil, dryRun: dryRun)
    return try JSON(
      encoding: Invocation(
        module: name, config: JSON(parsing: #"{"duration_seconds":\#(seconds)}"#.utf8),
        session: session,
        remote: hasRemote ? Invocation.Remote(target: "vega", controlPath: "/run/x") : nil,
        snapshots: [], dryRun: dryRun)
    ).text
  }

  private func environment(_ name: String, hasRemote: Bool = true, dryRun: Bool = false) -> [String:
    String?]
  {
    [
      "PCS_MODULE": name, "PCS_SESSION_ID": "0badcafe", "PCS_TARGET": hasRemote ? "vega" : nil,
      "PCS_CONTROL_PATH": hasRemote ? "/run/x" : nil, "PCS_DRY_RUN": dryRun ? "1" : nil,
    ]
  }

  @Test("D1 D2: dummy-success logs, progresses and succeeds", arguments: Form.allCases)
  func succeeds(_ form: Form) async throws {
    try await withModule("dummy-success", form) { directory in
      let outcome = try await Tool.script(
        "pcs-module-dummy-success execute", in: directory,
        environment: environment("dummy-success"),
        input: try invocation("dummy-success", seconds: "0.5"))
      #expect(outcome.status == 0)
      let source = outcome.logs.filter { $0.hostname != "vega" }
      let target = outcome.logs.filter { $0.hostname == "vega" }
      #expect(source.count { $0.level == .info } == 10)
      #expect(source.firstIndex { $0.level == .warning } == 3)
      #expect(target.count { $0.level == .info } == 10)
      #expect(target.firstIndex { $0.level == .error } == 4)
      #expect(outcome.logs.count { $0.level > .debug } == 22)
      #expect(
        outcome.logs.allSatisfy { $0.module == "dummy-success" && $0.sessionID == "0badcafe" })
      #expect(progress(outcome) == [0, 0.25, 0.5, 0.75, 1])
    }
  }

  @Test("D1 D2: dummy-fail fails at six tenths", arguments: Form.allCases)
  func fails(_ form: Form) async throws {
    try await withModule("dummy-fail", form) { directory in
      let outcome = try await Tool.script(
        "pcs-module-dummy-fail execute", in: directory, environment: environment("dummy-fail"),
        input: try invocation("dummy-fail", seconds: "0.5"))
      #expect(outcome.status == 1)
      #expect(progress(outcome) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
      #expect(outcome.result?.error?.kind == "dummy.failed")
      #expect(!outcome.logs.contains { $0.level >= .error })
    }
  }

  @Test(
    "D1 D2: an abort is logged and ends both machines' half", arguments: Form.allCases,
    ["Source phase: 20%", "Target phase: 20%"])
  func aborts(_ form: Form, _ moment: String) async throws {
    try await withModule("dummy-success", form) { directory in
      let outcome = try await Tool.script(
        """
        cat >in; : >out; pcs-module-dummy-success execute <in >out & pid=$!
        until grep -q '\(moment)' out; do sleep 0.01; done
        kill -TERM $pid; wait $pid; echo $? >&2; cat out
        if [ -e remote-pid ]; then kill -0 "$(cat remote-pid)" 2>/dev/null && echo alive >&2; fi
        """, in: directory, environment: environment("dummy-success"),
        input: try invocation("dummy-success", seconds: "2"))
      #expect(outcome.errors.split(separator: "\n").filter { $0 != "Terminated" } == ["143"])
      #expect(outcome.logs.count { $0.message == "Dummy module abort called" } == 1)
    }
  }

  @Test("S6: a dry run says what would happen", arguments: Form.allCases)
  func dryRun(_ form: Form) async throws {
    try await withModule("dummy-success", form) { directory in
      let outcome = try await Tool.script(
        "pcs-module-dummy-success execute; ls >&2", in: directory,
        environment: environment("dummy-success", dryRun: true),
        input: try invocation("dummy-success", seconds: "60", dryRun: true))
      #expect(outcome.logs.map(\.level) == [.info, .error])
      #expect(outcome.logs.first?.message.hasPrefix("Would wait 60") == true)
      #expect(outcome.errors == "bin\n")
    }
  }

  @Test("S6: a dry run fails where the sync would", arguments: Form.allCases)
  func dryRunFails(_ form: Form) async throws {
    try await withModule("dummy-fail", form) { directory in
      let outcome = try await Tool.script(
        "pcs-module-dummy-fail execute", in: directory,
        environment: environment("dummy-fail", dryRun: true),
        input: try invocation("dummy-fail", seconds: "60", dryRun: true))
      #expect(outcome.status == 1)
      #expect(outcome.logs.count == 1)
      #expect(outcome.result?.error?.kind == "dummy.failed")
    }
  }

  @Test(arguments: Form.allCases, ["validate", "execute"])
  func wantsATarget(_ form: Form, _ verb: String) async throws {
    try await withModule("dummy-success", form) { directory in
      let outcome = try await Tool.script(
        "cat >in; pcs-module-dummy-success \(verb) <in", in: directory,
        environment: environment("dummy-success", hasRemote: false),
        input: try invocation("dummy-success", seconds: "1", hasRemote: false))
      #expect(outcome.status == 1)
      #expect(outcome.output.contains("no target to wait on"))
    }
  }

  @Test(arguments: ["dummy-success", "dummy-fail"])
  func saysTheSameOfItselfInBothForms(_ name: String) async throws {
    var descriptions: [ModuleDescription] = []
    for form in Form.allCases {
      try await withModule(name, form) { directory in
        let outcome = try await Tool.script("pcs-module-\(name) describe", in: directory)
        #expect(outcome.output.split(separator: "\n").count == 1)
        descriptions.append(try JSON(parsing: outcome.output.utf8).decode())
      }
    }
    #expect(descriptions[0] == descriptions[1])
    #expect(descriptions[0].name == name)
    #expect(!descriptions[0].needsRoot)
  }

  private func progress(_ outcome: Tool.Outcome) -> [Double?] {
    outcome.events.compactMap {
      if case .progress(let update) = $0 { update.percentage } else { nil }
    }
  }
}
