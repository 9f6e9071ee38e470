import FileTrees
import PCSCore
import PCSTestSupport
import SyncFilter
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

struct CandidateListTests {
  /// A sync took something from a directory, which somebody then put in the place of another one.
  @Test func findsWhatIsNotInADirectoryThatIsAnotherOne() async throws {
    try await withScratchDirectory { scratch in
      let tree = try Self.tree(
        scratch, directories: ["d", "d/in"], files: ["d/a", "d/b", "d/in/c"])
      var there = FolderFindings(reason: nil, preSync: "/p")
      let directory = try #require(try tree.tree.entry(at: "d"))
      let file = try #require(try tree.tree.entry(at: "d/a"))
      there.add(.changed("d", directory, isStructural: true))
      there.add(.changed("d/a", file, isStructural: true))
      let list = try Self.list(tree, there)
      #expect(Set(list.candidates.keys) == ["d", "d/a", "d/b", "d/in", "d/in/c"])
      #expect(list.candidates["d/in/c"]?.there == Candidate.There(entry: nil, isChanged: false))
    }
  }

  /// Times alone changed there of what was renamed here: it still has its old name there.
  @Test func knowsWhereTheTargetHasWhatIsRenamed() async throws {
    try await withScratchDirectory { scratch in
      let tree = try Self.tree(scratch, directories: [], files: ["old"])
      var there = FolderFindings(reason: nil, preSync: "/p")
      there.add(.probed("old", isDirectory: false))
      there.add(.sought("old", try tree.tree.entry(at: "old")))
      let list = try Self.list(
        tree, there, changes: [FolderChange(.renamed(from: "old"), "new", isDirectory: false)])
      #expect(list.renames.map(\.to) == ["new"])
      #expect(list.placeThere("new") == "old")
    }
  }

  private static func list(
    _ tree: FilteredTree, _ there: FolderFindings, changes: [FolderChange] = []
  ) throws -> CandidateList {
    try CandidateList(
      SourceChanges(changes, now: tree, base: tree), there, left: [], target: "vega", now: tree,
      base: tree)
  }

  private static func tree(
    _ scratch: FilePath, directories: [FilePath], files: [FilePath]
  ) throws -> FilteredTree {
    for path in directories { try PrivateDirectory.make(scratch.pushing(path)) }
    for path in files {
      try FileDescriptor.open(
        scratch.pushing(path), .writeOnly, options: .create, permissions: .ownerReadWrite
      ).close()
    }
    let rules = UserRules(try UserDataSettings(.object([:])))
    let list = FilterList(folder: "/home", exceptions: [], user: rules)
    return FilteredTree(EntryTree(try Directory(scratch)), Filter(list) { _ in nil })
  }
}
