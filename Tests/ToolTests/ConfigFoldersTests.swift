import PCSCore
import PCSTestSupport
import Testing

@Suite struct ConfigFoldersTests {
  static let schema =
    #"{"properties":{"roots":{"type":"array","x-folders":true,"default":["/srv/zeta"]}}}"#

  @Test("N5: the folders of the enabled modules are printed, those of others are not")
  func printsTheFoldersOfEnabledModules() async throws {
    try await ConfigHome.with("sync_modules: {zeta: true, alpha: false}\n") { home in
      try home.addModule("zeta", schema: Self.schema)
      try home.addModule("alpha", schema: Self.schema)
      let outcome = try await home.tool("folders", "--format", "json")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output == "{\"folders\":[{\"module\":\"zeta\",\"path\":\"/srv/zeta\"}]}\n")
      #expect(try await home.tool("folders", "--format", "text").output == "/srv/zeta\n")
    }
  }

  @Test("N5: a name with a slash is 78, with auto as the hint")
  func aNameWithASlashIsRefused() async throws {
    try await ConfigHome.with("btrfs_snapshots: {subvolumes: [\"@/home\"]}\n") { home in
      let outcome = try await home.tool("check")
      #expect(outcome.status == 78)
      #expect(outcome.findings.count == 1)
      #expect(outcome.findings.allSatisfy { $0.contains("'subvolumes: auto'") })
    }
  }
}
