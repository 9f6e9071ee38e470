import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit

struct CommitRecordTests {
  private static func time(_ seconds: Int64) -> FileTime {
    FileTime(seconds: seconds, nanoseconds: 7)
  }

  private static let files: FilledFiles = {
    var files = FilledFiles()
    for number in 0..<500 as Range<UInt64> {
      files.add(Array("name \(number)".utf8), inode: 1000 + number, changed: time(Int64(number)))
    }
    return files
  }()

  private static let entries: [FilePath: CommitRecord.Entry] = {
    var entries: [FilePath: CommitRecord.Entry] = [
      "": .there(inode: 256, changed: time(1)), "gone": .deleted,
      "dir/file\n": .there(inode: 300, changed: time(-2)),
    ]
    for number in 0..<200 as Range<UInt64> {
      entries[FilePath("dir \(number)")] = .filled(
        inode: 2000 + number, changed: time(3), number == 77 ? files : FilledFiles())
    }
    return entries
  }()

  private func written(_ path: FilePath) throws -> CommitRecord {
    try CommitRecord.write(to: path) { record in
      for (path, entry) in Self.entries { try record.add(path, entry) }
    }
    return try #require(try CommitRecord(at: path))
  }

  @Test func isReadAsItWasWritten() async throws {
    try await withScratchDirectory { scratch in
      let record = try written(scratch.appending("a/b/c/record"))
      for (path, entry) in Self.entries { #expect(try record.entry(at: path) == entry) }
      #expect(try record.entry(at: "dir") == nil)
      var found: [FilePath: CommitRecord.Entry] = [:]
      try record.eachEntry { found[$0] = $1 }
      #expect(found == Self.entries)
    }
  }

  @Test func knowsItsInodes() async throws {
    try await withScratchDirectory { scratch in
      let own = try written(scratch.appending("a/b/c/record")).inodes()
      #expect(try own.isOwn(300, Self.time(-2), in: nil))
      #expect(try !own.isOwn(300, Self.time(-3), in: nil))
      #expect(try own.isOwn(1005, Self.time(5), in: 2077))
      #expect(try !own.isOwn(1005, Self.time(6), in: 2077))
      #expect(try !own.isOwn(1005, Self.time(5), in: 2076))
      #expect(try !own.isOwn(1005, Self.time(5), in: 300))
    }
  }

  @Test func isRefusedWhenDamaged() async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.appending("a/b/c/record")
      _ = try written(path)
      let bytes = try FileContent.read(path)
      for count in [0, 5, 13, 14, bytes.count - 1] {
        try Durable.replace(path, with: Array(bytes.prefix(count)))
        if count == 13 { continue }  // No entry at all.
        let error = #expect(throws: FileError.self) { try CommitRecord(at: path) }
        #expect(error?.errno == .invalidArgument)
      }
      #expect(try CommitRecord(at: scratch.appending("none")) == nil)
    }
  }
}
