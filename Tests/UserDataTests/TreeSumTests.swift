import FileTrees
import PCSCore
import PCSTestSupport
import SyncFilter
import SystemPackage
import Testing

@testable import UserData

/// The sum of a directory, by one thread and by several.
@Suite struct TreeSumTests {
  private static func tree(_ root: FilePath) throws -> FilteredTree {
    let list = FilterList(folder: root, exceptions: [], user: UserRules(exclude: ["*.skip"]))
    return FilteredTree(EntryTree(try Directory(root)), Filter(list) { _ in nil })
  }

  private static func expected(_ tree: FilteredTree) throws -> TreeSum {
    var sum = TreeSum()
    try tree.walk(below: "") { _, entry in sum.add(entry) }
    return sum
  }

  @Test(arguments: [0, 1, 15, 16, 300]) func isThatOfAWalk(directories: Int) async throws {
    try await withScratchDirectory { scratch in
      let script = """
        for n in $(seq \(directories)); do
          mkdir -p $((n % 7))/$n; echo $n > $((n % 7))/$n/file; : > $((n % 7))/$n/x.skip
        done; echo top > top; ln top link
        """
      _ = try await Tool(at: "/bin/sh").run(["-euc", script], directory: scratch)
      let tree = try Self.tree(scratch)
      let sum = try tree.sum(below: "", another: { try Self.tree(scratch) }) { _ in ["top", "link"]
      }
      #expect(try sum == Self.expected(tree))
      #expect(sum?.entries == directories * 2 + min(directories, 7) + 2)
      // One of its names lies elsewhere.
      let open = try tree.sum(below: "", another: { try Self.tree(scratch) }) { _ in
        ["top", "link", "elsewhere"]
      }
      #expect(open == nil)
    }
  }

  @Test func anErrorOfAnyThreadIsThrown() async throws {
    try await withScratchDirectory { scratch in
      _ = try await Tool(at: "/bin/sh").run(
        ["-euc", "for n in $(seq 40); do mkdir -p d/$n; done"], directory: scratch)
      let tree = try Self.tree(scratch)
      #expect(throws: WireError.self) {
        try tree.sum(below: "", another: { throw WireError() }) { _ in [] }
      }
    }
  }
}
