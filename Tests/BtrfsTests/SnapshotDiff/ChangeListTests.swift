import Glibc
import PCSCore
import SystemPackage
import Testing

@testable import Btrfs

@Suite struct ChangeListTests {
  /// What a comparison says of `commands`, when the snapshots hold files with these numbers.
  static func lines(
    _ commands: [SendCommand], base: [FilePath: UInt64], new: [FilePath: UInt64]
  ) throws -> [String] {
    var edits = TreeEdits()
    for command in commands { try edits.apply(command) }
    func look(_ files: [FilePath: UInt64]) -> ChangeList.Look {
      { path in files[path].map { number in FileStatus(status(number)) } }
    }
    let list = try ChangeList(edits, base: look(base), new: look(new))
    let others = list.newWithin.map { path, names in
      let known = names.map { String(decoding: $0, as: UTF8.self) }.sorted()
      return "others in \(path) besides \(known)"
    }
    return ChangeOrder.ordered(list.changes).map(ChangeOrderTests.text) + others.sorted()
  }

  /// The number tells the time too: below 100 it is one, from 100 on another.
  static func status(_ number: UInt64) -> stat {
    var status = stat()
    status.st_ino = ino_t(number % 100)
    status.st_mode = S_IFREG | 0o644
    status.st_mtim.tv_sec = Int(number / 100)
    return status
  }

  static func p(_ text: String) -> [UInt8] { Array(text.utf8) }

  struct Case: Sendable {
    let name: String
    let commands: [SendCommand]
    let base: [FilePath: UInt64]
    let new: [FilePath: UInt64]
    let lines: [String]
  }

  static let cases: [Case] = [
    Case(
      name: "a new file is one line",
      commands: [
        .make(.file, p("o9-1-0")), .rename(p("o9-1-0"), to: p("d/f")), .metadata(p("d/f")),
        .data(p("d/f"), offset: 0, length: 3), .times(p("d/f")), .times(p("d")),
      ], base: ["d": 1], new: ["d": 101, "d/f": 9], lines: ["created d/f", "metadata d"]),
    Case(
      name: "a new file in a new directory is left to who looks",
      commands: [
        .make(.directory, p("o8-1-0")), .rename(p("o8-1-0"), to: p("d")),
        .make(.file, p("o9-1-0")), .rename(p("o9-1-0"), to: p("d/f")), .metadata(p("d/f")),
        .data(p("d/f"), offset: 0, length: 3), .times(p("d/f")), .times(p("d")),
      ], base: [".": 1], new: ["d": 8, "d/f": 9], lines: ["created d", "others in d besides []"]),
    Case(
      name: "unless it gets another name",
      commands: [
        .make(.directory, p("o8-1-0")), .make(.file, p("o7-1-0")),
        .rename(p("o7-1-0"), to: p("o8-1-0/f")), .rename(p("o8-1-0"), to: p("d")),
        .link(p("g"), existing: p("d/f")), .truncate(p("d/f"), size: 0),
      ], base: [".": 1], new: ["d": 8, "d/f": 7, "g": 7],
      lines: ["created d", "created d/f", "linked d/f g", "others in d besides [\"f\"]"]),
    Case(
      name: "what comes into a new directory from elsewhere is told",
      commands: [
        .make(.directory, p("o8-1-0")), .rename(p("o8-1-0"), to: p("d")),
        .rename(p("a"), to: p("d/a")), .make(.fifo, p("o9-1-0")),
        .rename(p("o9-1-0"), to: p("d/f")),
      ], base: [".": 1, "a": 2], new: ["d": 8, "d/a": 2, "d/f": 9],
      lines: ["created d", "renamed a d/a", "others in d besides [\"a\"]"]),
    Case(
      name: "times that did not change are no line", commands: [.times(p("f")), .times(p(""))],
      base: ["f": 2, ".": 1], new: ["f": 2, ".": 1], lines: []),
    Case(
      name: "a file is renamed by a link",
      commands: [.link(p("b"), existing: p("a")), .unlink(p("a"))],
      base: ["a": 2], new: ["b": 2], lines: ["renamed a b"]),
    Case(
      name: "renamed, then modified",
      commands: [
        .link(p("b"), existing: p("a")), .unlink(p("a")), .data(p("b"), offset: 1, length: 2),
        .metadata(p("b")),
      ], base: ["a": 2], new: ["b": 2], lines: ["renamed a b", "modified b"]),
    Case(
      name: "renamed to its own name in the end",
      commands: [.rename(p("a"), to: p("o2-1-0")), .rename(p("o2-1-0"), to: p("a"))],
      base: ["a": 2], new: ["a": 2], lines: []),
    Case(
      name: "one more name, and one less",
      commands: [.link(p("b"), existing: p("a")), .unlink(p("d/h"))],
      base: ["a": 2, "d": 3, "d/h": 4], new: ["a": 2, "b": 2, "d": 3],
      lines: ["linked a b", "deleted d/h"]),
    Case(
      name: "a name that moved, told by way of another one of the file",
      commands: [.link(p("c"), existing: p("a")), .unlink(p("b"))],
      base: ["a": 2, "b": 2], new: ["a": 2, "c": 2], lines: ["renamed b c"]),
    Case(
      name: "names of a new file",
      commands: [.make(.file, p("b")), .link(p("a"), existing: p("b"))],
      base: [:], new: ["a": 2, "b": 2], lines: ["created b", "linked b a"]),
    Case(
      name: "a deleted directory has the paths of the base",
      commands: [
        .rename(p("d"), to: p("o3-1-0")), .unlink(p("o3-1-0/f")), .removeDirectory(p("o3-1-0")),
      ], base: ["d": 3, "d/f": 4], new: [:], lines: ["deleted d/f", "deleted d"]),
    Case(
      name: "a directory the kernel left under the name it gave",
      commands: [.rename(p("d"), to: p("o3-1-0")), .unlink(p("o3-1-0/f"))],
      base: ["d": 3, "d/f": 4], new: [:], lines: ["deleted d/f", "deleted d"]),
    Case(
      name: "a file of the user's that is called so stays",
      commands: [.rename(p("d"), to: p("o3-1-0"))],
      base: ["d": 3], new: ["o3-1-0": 3], lines: ["renamed d o3-1-0"]),
    Case(
      name: "a file in a directory that moved",
      commands: [.rename(p("a"), to: p("b")), .data(p("b/f"), offset: 0, length: 1)],
      base: ["a": 2, "a/f": 3], new: ["b": 2, "b/f": 3], lines: ["renamed a b", "modified b/f"]),
    Case(
      name: "the same number again is another file",
      commands: [.unlink(p("a")), .make(.file, p("a"))],
      base: ["a": 2], new: ["a": 2], lines: ["deleted a", "created a"]),
  ]

  @Test(arguments: cases) func commandsComeToLines(example: Case) throws {
    let lines = try Self.lines(example.commands, base: example.base, new: example.new)
    #expect(lines == example.lines, "\(example.name)")
  }

  static let contradictions: [[SendCommand]] = [
    [.unlink(p("a")), .unlink(p("a"))],
    [.make(.directory, p("a")), .times(p("a/b"))],
    [.make(.file, p("a")), .make(.file, p("a"))],
    [.link(p("b"), existing: p("a")), .link(p("b"), existing: p("a"))],
    [.rename(p("a"), to: p("a/b"))],
    [.rename(p("a"), to: p("b/c")), .rename(p("b"), to: p("b/c/d"))],
    [.rename(p(""), to: p("a"))], [.unlink(p(""))],
    [.unlink(p("a")), .times(p("a/b"))],
    [.make(.directory, p("d")), .make(.file, p("d/f")), .removeDirectory(p("d"))],
  ]

  @Test(arguments: contradictions) func aStreamThatContradictsItselfIsRefused(
    commands: [SendCommand]
  ) {
    #expect(throws: SendStreamError.self) { try Self.lines(commands, base: [:], new: [:]) }
  }

  @Test func aStreamThatTheSnapshotsContradictIsRefused() {
    #expect(throws: SnapshotDiffError.inconsistent("b")) {
      try Self.lines([.make(.file, Self.p("b"))], base: [:], new: [:])
    }
    #expect(throws: SnapshotDiffError.inconsistent("b")) {
      try Self.lines([.rename(Self.p("a"), to: Self.p("b"))], base: ["a": 2], new: ["b": 3])
    }
  }

  @Test func rangesThatTouchAreOneAndNeverTooMany() {
    var ranges = ChangedRanges(limit: 64)
    ranges.insert(offset: 10, length: 5)
    ranges.insert(offset: 15, length: 5)
    ranges.insert(offset: 30, length: 1)
    ranges.insert(offset: 0, length: 3)
    ranges.insert(offset: 2, length: 9)
    #expect(ranges.ranges == [0..<20, 30..<31])
    for offset in 0..<UInt64(3 * 64) {
      ranges.insert(offset: 100 + 2 * offset, length: 1)
    }
    #expect(ranges.ranges.count <= 64)
    #expect(ranges.ranges.last?.upperBound == 100 + 6 * UInt64(64) - 1)
    ranges.insert(offset: .max - 1, length: 10)
    #expect(ranges.ranges.last?.upperBound == .max)
  }
}
