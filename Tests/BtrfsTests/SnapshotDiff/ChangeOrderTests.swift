import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import Btrfs

@Suite struct ChangeOrderTests {
  static func change(_ line: String) -> Change {
    let words = line.split(separator: " ").map(String.init)
    return Change(
      Change.Operation(rawValue: words[0]) ?? .created, path: FilePath(words[words.count - 1]),
      from: words.count == 3 ? FilePath(words[1]) : nil)
  }

  static func text(_ change: Change) -> String {
    "\(change.operation) \(change.from.map { "\($0) " } ?? "")\(change.path)"
  }

  /// Lines in the order they must have; they are given in others.
  static let orders: [[String]] = [
    // What comes follows its directory.
    ["created a", "created a/b", "created a/b/c", "created z"],
    ["created n", "renamed a n/a", "created n/a/f"],
    ["renamed a d", "created d/new"],
    ["created b", "linked b a"],
    ["renamed a d", "linked d/x b"],
    // What goes comes before its directory, and before what takes its name.
    ["deleted d/e/f", "deleted d/e", "deleted d"],
    ["renamed d/f f", "deleted d"],
    ["deleted a/f", "renamed a d"],
    ["deleted a/f", "renamed a d", "created d/f"],
    ["deleted b", "renamed a b"],
    ["deleted x", "created x", "created x/y"],
    ["renamed b c", "renamed a b"],
    ["renamed c d", "renamed b c", "renamed a b"],
    // Content comes last, directories after what lies in them.
    ["created a", "renamed x y", "modified y", "metadata b/c", "metadata b", "metadata ."],
    ["created z/é", "modified z/f", "metadata z"],
    // Entangled: what always holds, holds.
    ["renamed b a", "renamed a b"],
    ["renamed a d", "renamed a/b d/c"],
    ["renamed a/b x", "renamed a x/a"],
    ["renamed c a", "renamed b c", "renamed a b"],
  ]

  @Test(arguments: orders) func linesCanBeDoneInTheirOrder(lines: [String]) {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<20 {
      let given = lines.map(Self.change).shuffled(using: &random)
      #expect(ChangeOrder.ordered(given).map(Self.text) == lines)
    }
  }

  @Test func aDirectoryAlwaysComesFirstAndNothingIsLost() {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<500 {
      let changes = Self.randomRenames(&random)
      let ordered = ChangeOrder.ordered(changes)
      #expect(Set(ordered.map(Self.text)) == Set(changes.map(Self.text)))
      var there: Set<FilePath> = []
      let coming = Set(changes.map(\.path))
      for change in ordered {
        let parent = change.path.removingLastComponent()
        #expect(there.contains(parent) || !coming.contains(parent), "\(ordered.map(Self.text))")
        there.insert(change.path)
      }
    }
  }

  /// Every name of a small tree gets any other one.
  private static func randomRenames(_ random: inout SeededGenerator) -> [Change] {
    let paths: [FilePath] = ["a", "a/b", "a/b/c", "a/d", "e", "e/f", "g"]
    let new = paths.shuffled(using: &random)
    return zip(paths, new).filter { $0.0 != $0.1 }.map { Change(.renamed, path: $0.1, from: $0.0) }
  }
}
