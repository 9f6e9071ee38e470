import FoundationEssentials
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite struct FileLockTests {
  private static let holder = LockHolder(
    pid: 4711, sessionID: "0badcafe", hostname: "atlas", role: "source", peer: "vega",
    command: ["pcs-sync", "vega"])

  private func withLockFile(_ body: (FilePath) throws -> Void) async throws {
    try await withScratchDirectory { try body($0.appending("run/lock")) }
  }

  /// The error of a second try to take the lock; nil when it was free.
  private func refusal(_ path: FilePath) -> LockError? {
    do throws(LockError) {
      let lock = try FileLock(path)
      lock.release()
      return nil
    } catch {
      return error
    }
  }

  @Test func theSecondIsRefusedAtOnceAndToldWhoHoldsIt() async throws {
    try await withLockFile { path in
      let lock = try FileLock(path)
      #expect(refusal(path) == .held(path, nil))
      try lock.write(Self.holder)
      let error = try #require(refusal(path))
      #expect(error == .held(path, Self.holder))
      #expect(error.exitStatus == .locked)
      #expect(error.description.hasPrefix("Another sync is in progress (PID: 4711) on atlas"))
      #expect(error.context["session_id"] == "0badcafe")
      #expect(try FileLock.status(path).state == .held)
      lock.release()
      #expect(refusal(path) == nil)
    }
  }

  @Test func releaseEmptiesTheFileAndKeepsIt() async throws {
    try await withLockFile { path in
      let lock = try FileLock(path)
      try lock.write(Self.holder)
      lock.release()
      #expect(try FileContent.read(path).isEmpty)
      let status = try FileLock.status(path)
      #expect(status == LockStatus(path: path, state: .free, holder: nil))
    }
  }

  @Test func whatIsLeftWithoutReleaseIsStale() async throws {
    try await withLockFile { path in
      try takeAndForget(path)
      #expect(try FileLock.status(path).state == .stale)
      let lock = try FileLock(path)
      let (isStale, leftover) = (lock.isStale, lock.leftover)
      lock.release()
      #expect(isStale)
      #expect(LockHolder(fileContent: leftover) == Self.holder)
    }
  }

  private func takeAndForget(_ path: FilePath) throws {
    let lock = try FileLock(path)
    try lock.write(Self.holder)
  }

  @Test func statusTakesAndCreatesNothing() async throws {
    try await withLockFile { path in
      let status = try FileLock.status(path)
      #expect(status.state == .free)
      #expect(!FileManager.default.fileExists(atPath: path.removingLastComponent().string))
    }
  }

  @Test func aLinkIsRefusedUntouched() async throws {
    try await withScratchDirectory { directory in
      let path = directory.appending("lock")
      let target = directory.appending("precious")
      try Data("kept".utf8).write(to: URL(filePath: target.string))
      try FileManager.default.createSymbolicLink(
        atPath: path.string, withDestinationPath: target.string)
      let error = try #require(refusal(path))
      #expect(error == .unsafe(path, "is a symbolic link"))
      #expect(error.exitStatus == .noPermission)
      #expect(try FileContent.read(target) == Array("kept".utf8))
    }
  }

  @Test(arguments: ["", "x", "{}", "[1]", "\0\0", #"{"pid":"1"}"#])
  func whatIsNoHolderIsNil(_ content: String) {
    #expect(LockHolder(fileContent: Array(content.utf8)) == nil)
  }
}
