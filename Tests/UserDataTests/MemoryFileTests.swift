import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import UserData

struct MemoryFileTests {
  private static func memory(paths: Int) -> UserDataMemory {
    let left = (0..<paths).map { FolderMemory.Left(FilePath("some/directory/\($0)")) }
    return UserDataMemory(
      target: "vega",
      folders: [
        FolderMemory(
          folder: "/home", filter: "f", boundaries: ["mnt"], entries: 3, arrival: .committed,
          left: left)
      ])
  }

  @Test func keepsLittleInTheRecord() throws {
    let memory = Self.memory(paths: 10)
    let (state, file) = try memory.stored(of: "0123abcd")
    #expect(file == nil)
    #expect(try UserDataMemory(state: state) == memory)
  }

  /// Any number of paths that stay different is remembered.
  @Test func keepsMuchInAFile() async throws {
    try await withScratchDirectory { scratch in
      let directory = scratch.appending("state/user-data")
      let memory = Self.memory(paths: 20_000)
      let (state, file) = try memory.stored(of: "0123abcd")
      try MemoryFile.write(#require(file), of: "0123abcd", in: directory)
      #expect(try UserDataMemory(state: state, in: directory) == memory)
      try MemoryFile.prune(keeping: ["0123abcd"], in: directory)
      #expect(try UserDataMemory(state: state, in: directory) == memory)
      try MemoryFile.prune(keeping: [], in: directory)
      #expect(throws: FileError.self) { try UserDataMemory(state: state, in: directory) }
    }
  }

  @Test func refusesAFileThatIsNotTheRecords() async throws {
    try await withScratchDirectory { scratch in
      let directory = scratch.appending("state/user-data")
      let (state, file) = try Self.memory(paths: 20_000).stored(of: "0123abcd")
      try MemoryFile.write(#require(file) + [0x20], of: "0123abcd", in: directory)
      #expect(throws: FileError.self) { try UserDataMemory(state: state, in: directory) }
      let elsewhere: JSON = ["file": "../../etc/passwd", "digest": ""]
      #expect(throws: FileError.self) { try UserDataMemory(state: elsewhere, in: directory) }
    }
  }
}
