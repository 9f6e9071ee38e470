import CLinux
import FileTrees
import Glibc
import PCSCore
import PCSTestSupport
import SyncFilter
import SystemPackage
import Testing

@testable import UserData

struct TreeComparisonTests {
  /// The target's side, over a tree of this machine.
  private final class LocalLister: TreeComparison.Lister {
    private let tree: EntryTree
    private var questions: [[FilePath]] = []

    init(_ tree: EntryTree) { self.tree = tree }

    func ask(for directories: [FilePath]) { questions.append(directories) }

    func receive(_ reply: @escaping (LookReply) throws -> Void) throws {
      try ListRequest.list(questions.removeFirst(), of: tree) {
        try reply(LookReply(line: $0.line))
      }
    }
  }

  /// Answers with anything but what was asked for.
  private struct LyingLister: TreeComparison.Lister {
    let replies: [LookReply]
    func ask(for directories: [FilePath]) {}
    func receive(_ reply: @escaping (LookReply) throws -> Void) throws {
      for each in replies { try reply(each) }
    }
  }

  private static func filtered(_ root: FilePath, exclude: [String] = []) throws -> FilteredTree {
    let settings = try UserDataSettings(["exclude": .array(exclude.map { .string($0) })])
    let list = FilterList(folder: "/home", exceptions: [], user: UserRules(settings))
    return FilteredTree(EntryTree(try Directory(root)), Filter(list) { _ in nil })
  }

  private static func compare(
    _ scratch: FilePath, exclude: [String] = [], always: Set<FilePath> = []
  ) throws -> (found: [String: String], counts: TreeComparison.Counts) {
    var found: [String: String] = [:]
    let comparison = TreeComparison(
      try filtered(scratch.appending("here"), exclude: exclude),
      LocalLister(EntryTree(try Directory(scratch.appending("there")))), always: always
    ) { difference in
      found[difference.path.string] =
        (difference.here == nil ? "" : "here") + (difference.there == nil ? "" : "there")
    }
    let counts = try comparison.run()
    return (found, counts)
  }

  private static func shell(_ scratch: FilePath, _ text: String) async throws {
    let child = ChildProcess(
      "sh", ["-euc", "cd \"$1\" && mkdir here there && \(text)", "-", scratch.string])
    _ = try await child.capture()
  }

  @Test func findsEveryDifferenceAndNothingElse() async throws {
    try await withScratchDirectory { scratch in
      try await Self.shell(
        scratch,
        """
        mkdir -p here/a/b here/only/deep && echo 1 >here/a/b/f && echo 2 >here/a/g && ln -s x here/l
        touch -d @1 here/same here/a/g here/a/b/f here/only/deep/f
        cp -a here/. there/ && rm -r there/only && echo 22 >there/a/g && mkdir there/mine &&
        echo 3 >there/mine/f && ln -sfn y there/l && rm -r here/a/b && touch -d @1 here/a/b
        touch -d @5 there/a here/a there here there/mine
        """)
      let (found, counts) = try Self.compare(scratch)
      #expect(
        found == [
          "only": "here", "only/deep": "here", "only/deep/f": "here", "a/g": "herethere",
          "mine": "there", "mine/f": "there", "l": "herethere", "a/b": "herethere",
          "a/b/f": "there",
        ])
      #expect(counts == TreeComparison.Counts(here: 8, there: 8))
    }
  }

  @Test func entersNothingThatIsExcluded() async throws {
    try await withScratchDirectory { scratch in
      try await Self.shell(
        scratch,
        "mkdir -p there/cache/x here/cache && echo 1 >there/cache/x/f && touch -d @1 here there")
      #expect(try Self.compare(scratch, exclude: ["cache"]).found == [:])
    }
  }

  @Test func namesDirectoriesThatStayForWhatIsExcludedInThem() async throws {
    try await withScratchDirectory { scratch in
      try await Self.shell(
        scratch,
        "mkdir -p there/mine/sub/cache there/gone there/both here/both; echo 1 >there/both/cache")
      let comparison = TreeComparison(
        try Self.filtered(scratch.appending("here"), exclude: ["cache"]),
        LocalLister(EntryTree(try Directory(scratch.appending("there"))))
      ) { _ in }
      _ = try comparison.run()
      #expect(comparison.staying == ["mine", "mine/sub"])
    }
  }

  @Test func reportsWhatItIsAskedFor() async throws {
    try await withScratchDirectory { scratch in
      try await Self.shell(
        scratch, "echo 1 >here/f && echo 2 >there/f && touch -d @1 here/f there/f here there")
      #expect(try Self.compare(scratch).found == [:])
      #expect(try Self.compare(scratch, always: ["f"]).found == ["f": "herethere"])
    }
  }

  /// One file under two names on one machine is two files on the other.
  @Test(arguments: [("here", "there"), ("there", "here")])
  func findsNamesThatAreOneFile(linked: String, apart: String) async throws {
    try await withScratchDirectory { scratch in
      try await Self.shell(
        scratch,
        """
        echo 1 >\(linked)/a && ln \(linked)/a \(linked)/b && echo 1 >\(apart)/a && cp \(apart)/a \(apart)/b
        touch -d @1 here/a here/b there/a there/b here there
        """)
      #expect(try Self.compare(scratch).found == ["b": "herethere"])
    }
  }

  @Test func takesNamesThatAreOneFileOnBothForEqual() async throws {
    try await withScratchDirectory { scratch in
      try await Self.shell(
        scratch,
        "echo 1 >here/a && ln here/a here/b && cp -a here/. there/ && touch -d @1 here there")
      #expect(try Self.compare(scratch).found == [:])
    }
  }

  @Test func refusesAnswersToOtherQuestions() async throws {
    try await withScratchDirectory { scratch in
      try await Self.shell(scratch, "mkdir here/d; mkdir here/d/e")
      let entry = try EntryTree(try Directory(scratch)).entry(at: "here")
      let lies: [[LookReply]] = [
        [], [.listing("d")], [.listing(""), .listing("")], [.sought("a", entry)],
        [.listing(""), .sought("d/e", entry)], [.listing(""), .sought("d", nil)],
        [.listing(""), .sought("b", entry), .sought("a", entry)],
        [.listing(""), .sought("b", entry), .sought("b", entry)], [.probed("a", isDirectory: true)],
      ]
      for replies in lies {
        let comparison = TreeComparison(
          try Self.filtered(scratch.appending("here")), LyingLister(replies: replies)
        ) { _ in }
        #expect(throws: WireError.self) { try comparison.run() }
      }
    }
  }
}
