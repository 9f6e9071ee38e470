import FoundationEssentials
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// What `pcs-module-user-data` says of filters.
@Suite struct UserDataFilterTests {
  private let module = Tool("pcs-module-user-data")

  /// A home with rules, and the configuration that names it.
  private func withHome<Value>(
    _ rules: String, _ body: (_ home: FilePath, _ configuration: FilePath) async throws -> Value
  ) async throws -> Value {
    try await withScratchDirectory { directory in
      let home = directory.appending("home")
      let files = [
        "home/ada/work/a.o": "", "home/ada/work/.pcswitcher-filter": "- *.o\n",
        "home/ada/bad/.pcswitcher-filter": "+ x\nP y\n", "home/ada/plain": "", "rules": rules,
        "config.yaml": """
        user_data:
          folders: [{path: \(home)}]
          exclude: ["*.iso"]
          filter_file: \(directory)/rules

        """,
      ]
      for (name, text) in files {
        let path = directory.pushing(FilePath(name))
        try FileManager.default.createDirectory(
          atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path.string))
      }
      return try await body(home, directory.appending("config.yaml"))
    }
  }

  @Test func explainsEachPath() async throws {
    try await withHome("- *.tmp\n") { home, configuration in
      let outcome = try await module(
        "explain", "--format", "text", "--config", configuration.string, "ada/work/a.o",
        "ada/x.iso", "ada/.ssh/id_rsa", "ada/.cache/mozilla/x", "ada/a.tmp", "ada/plain", "/etc",
        directory: home)
      let rules = home.removingLastComponent().appending("rules")
      #expect(
        outcome.output == """
          \(home)/ada/work/a.o: not synced: '- *.o', \(home)/ada/work/.pcswitcher-filter:1 (folder \(home))
          \(home)/ada/x.iso (not there): not synced: '*.iso', user_data.exclude, entry 1 (folder \(home))
          \(home)/ada/.ssh/id_rsa (not there): not synced: '- .ssh/id_*', built in: it belongs to this machine (folder \(home))
          \(home)/ada/.cache/mozilla/x (not there): not synced: '- .cache/mozilla' about \(home)/ada/.cache/mozilla, shipped default (folder \(home))
          \(home)/ada/a.tmp (not there): not synced: '- *.tmp', \(rules):1 (folder \(home))
          \(home)/ada/plain: synced: no rule speaks of it (folder \(home))
          /etc: not synced: not below any configured folder

          """)
      #expect(outcome.status == 0)
    }
  }

  @Test("U3: explain says which file of a unit decides")
  func saysWhichFileDecides() async throws {
    try await withHome("- *-wal\n- /ada/store/CURRENT\n- /ada/gone.db\n") { home, configuration in
      try FileManager.default.createDirectory(
        atPath: "\(home)/ada/store", withIntermediateDirectories: true)
      for name in ["app.db", "gone.db"] {
        try Data("SQLite format 3\0".utf8).write(to: URL(filePath: "\(home)/ada/\(name)"))
        try Data("log".utf8).write(to: URL(filePath: "\(home)/ada/\(name)-wal"))
      }
      for name in ["store/CURRENT", "store/MANIFEST-1", "store/1.ldb", "text-wal"] {
        try Data("x".utf8).write(to: URL(filePath: "\(home)/ada/\(name)"))
      }
      let outcome = try await module(
        "explain", "--format", "text", "--config", configuration.string, "ada/app.db-wal",
        "ada/gone.db-shm", "ada/gone.db", "ada/text-wal", "ada/store/1.ldb", "ada/store/CURRENT",
        directory: home)
      let rules = home.removingLastComponent().appending("rules")
      let ada = home.appending("ada")
      #expect(
        outcome.output == """
          \(ada)/app.db-wal: synced: it belongs to the database \(ada)/app.db, which decides: no rule speaks of it (folder \(home))
          \(ada)/gone.db-shm (not there): not synced: it belongs to the database \(ada)/gone.db, which decides: '- /ada/gone.db', \(rules):3 (folder \(home))
          \(ada)/gone.db: not synced: '- /ada/gone.db', \(rules):3 (folder \(home))
          \(ada)/text-wal: not synced: '- *-wal', \(rules):1 (folder \(home))
          \(ada)/store/1.ldb: not synced: it belongs to the store of \(ada)/store/CURRENT, which decides: '- /ada/store/CURRENT', \(rules):2 (folder \(home))
          \(ada)/store/CURRENT: not synced: '- /ada/store/CURRENT', \(rules):2 (folder \(home))

          """)
      let json = try await module(
        "explain", "--config", configuration.string, "\(home)/ada/app.db-wal")
      guard case .other(let members) = json.events.first else {
        Issue.record("no event: \(json.output)")
        return
      }
      #expect(members["unit"] == "sqlite")
      #expect(members["decided_by"] == .string("\(home)/ada/app.db"))
    }
  }

  @Test func saysWhereARuleStands() async throws {
    try await withHome("") { home, configuration in
      let outcome = try await module(
        "explain", "--config", configuration.string, "\(home)/ada/work/a.o")
      guard case .other(let members) = outcome.events.first else {
        Issue.record("no event: \(outcome.output)")
        return
      }
      let file = JSON.string("\(home)/ada/work/.pcswitcher-filter")
      let expected: [String: JSON] = [
        "type": "filter", "path": .string("\(home)/ada/work/a.o"), "present": true,
        "folder": .string(home.string), "synced": false, "rule": "- *.o", "origin": "directory",
        "file": file, "line": 1, "at": .string("\(home)/ada/work/a.o"),
      ]
      #expect(members == expected)
      #expect(outcome.result?.exitCode == 0)
    }
  }

  @Test func aRuleThatCannotBeReadIsAnErrorAndNoVerdict() async throws {
    try await withHome("") { home, configuration in
      let outcome = try await module(
        "explain", "--config", configuration.string, "\(home)/ada/bad/x", "\(home)/ada/plain")
      #expect(outcome.status == 1)
      #expect(outcome.logs.map(\.level) == [.error])
      #expect(
        outcome.logs.first?.message.hasPrefix("\(home)/ada/bad/.pcswitcher-filter:2: 'P y'") == true
      )
      #expect(outcome.events.count == 3)
    }
  }

  @Test func validatesEveryLine() async throws {
    try await withHome("- a\n!\n- b\nP c\n") { home, _ in
      let rules = home.removingLastComponent().appending("rules")
      let config = #"{"folders":[{"path":"\#(home)"}],"exclude":["R x"],"filter_file":"\#(rules)"}"#
      let outcome = try await module.run(
        ["validate"], input: try Invocation.line(module: "user-data", config: config))
      let findings = outcome.events.compactMap { event -> String? in
        guard case .validationError(let error) = event else { return nil }
        return "\(error.path ?? "-"):\(error.line ?? 0) \(error.message.prefix(28))"
      }
      #expect(
        findings == [
          "-:0 user_data.exclude, entry 1: ", "\(rules):2 '!': rules cannot be undone;",
          "\(rules):4 'P c': a rule for one side h",
        ])
      #expect(outcome.status == 1)
    }
  }
}
