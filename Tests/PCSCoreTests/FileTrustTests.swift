import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite(.enabled(if: geteuid() == 0, "only root can give files away")) struct FileTrustTests {
  /// A user of every Debian, with a group of the same name and no other member.
  private static let daemon: uid_t = 1

  private func withFile(
    owner: uid_t, group: gid_t, mode: mode_t, _ body: (FilePath) throws -> Void
  ) async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.appending("file")
      let descriptor = try FileDescriptor.open(
        path, .writeOnly, options: [.create], permissions: .ownerReadWrite)
      try descriptor.close()
      #expect(chown(path.string, owner, group) == 0 && chmod(path.string, mode) == 0)
      try body(path)
    }
  }

  @Test(arguments: [
    (uid_t(0), gid_t(0), mode_t(0o644), true), (0, 0, 0o664, false), (0, 0, 0o646, false),
    (1, 1, 0o600, true), (1, 1, 0o664, true), (1, 0, 0o664, false), (0, 1, 0o664, true),
    (12345, 12345, 0o600, false),
  ])
  func trustsRootTheUserAndTheUsersOwnGroup(
    _ owner: uid_t, _ group: gid_t, _ mode: mode_t, _ isTrusted: Bool
  ) async throws {
    try await withFile(owner: owner, group: group, mode: mode) { path in
      if isTrusted {
        try FileTrust.check(path, writableOnlyBy: [0, Self.daemon])
      } else {
        #expect(throws: FileTrustError.self) {
          try FileTrust.check(path, writableOnlyBy: [0, Self.daemon])
        }
      }
    }
  }

  @Test func looksAtTheDirectoriesOfARelativePath() async throws {
    try await withScratchDirectory { scratch in
      let folder = scratch.appending("folder")
      #expect(mkdir(folder.string, 0o755) == 0)
      let script = "cd \(folder) && : >file && chown 12345 .."
      let prepared = try await Tool(at: "/bin/sh")("-euc", script)
      #expect(prepared.status == 0)
      #expect(throws: FileTrustError.self) {
        try FileTrust.check(folder.appending("file"), writableOnlyBy: [0])
      }
      var tool = Tool("pcs-config")
      tool.environment = ["SUDO_UID": nil]
      let outcome = try await tool.run(["check", "--config", "file"], directory: folder)
      #expect(outcome.status == 77)
    }
  }

  @Test func saysWhatItCannotLookAt() {
    #expect(throws: FileTrustError.self) {
      try FileTrust.check("/nonexistent/file", writableOnlyBy: [0])
    }
  }
}
