import Glibc
import PCSCore
import PCSTestSupport
import SyncFilter
import SystemPackage
import Testing

@testable import UserData

/// Our verdicts beside those of the real rsync, on random trees with random rules.
///
/// `PCS_FILTER_ROUNDS` asks for more rounds, `PCS_FILTER_SEED` for others.
@Suite struct FilterOracleTests {
  private static func number(_ name: String, _ usual: UInt64) -> UInt64 {
    getenv(name).flatMap { UInt64(String(cString: $0)) } ?? usual
  }

  @Test func judgesAsRsyncDoes() async throws {
    let seed = Self.number("PCS_FILTER_SEED", 20_261_123)
    let rounds = Self.number("PCS_FILTER_ROUNDS", 100)
    print("filter oracle: seed \(seed), \(rounds) rounds")
    try await withScratchDirectory { scratch in
      for round in 0..<rounds {
        let trial = try FilterTrial(in: scratch.appending("\(round)"), seed: seed &+ round)
        try await trial.compareWithRsync()
        // Names that are not UTF-8 stay behind otherwise.
        _ = try await ChildProcess("rm", ["-rf", trial.scratch.string]).capture()
      }
    }
  }
}

/// One pair of trees with one set of rules.
struct FilterTrial {
  let seed: UInt64
  let scratch: FilePath
  let source: RandomTree
  let target: RandomTree
  let list: FilterList
  let reader: DirectoryRulesReader

  var from: FilePath { scratch.appending("source") }
  var to: FilePath { scratch.appending("target") }
  var empty: FilePath { scratch.appending("empty") }
  var rules: FilePath { scratch.appending("rules") }

  init(in scratch: FilePath, seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    self.seed = seed
    self.scratch = scratch
    for name in ["", "source", "target", "empty"] {
      _ = scratch.appending(name).withPlatformString { mkdir($0, 0o755) }
    }
    let from = scratch.appending("source")
    source = RandomTree(&numbers, size: 40)
    target = RandomTree(&numbers, size: 40)
    try source.make(below: from)
    try target.make(below: scratch.appending("target"))
    for directory in source.directories where numbers.chance(5) {
      // rsync takes the name of the directory for a part of an anchored pattern.
      let isWild = directory.bytes.contains { "*?[\\".utf8.contains($0) }
      let lines = RandomRules.lines(3, &numbers) { numbers in
        RandomRules.line(&numbers, anchored: isWild ? false : nil)
      }
      try Self.write(lines, to: from.pushing(directory).appending(DirectoryRules.name))
    }
    let lines = RandomRules.lines(5, &numbers) { numbers in
      RandomRules.line(&numbers, absoluteFrom: from)
    }
    let rules = scratch.appending("rules")
    try Self.write(lines, to: rules)
    var settings = try UserDataSettings([:])
    settings.filterFile = rules
    let user = UserRules(settings)
    try user.check()
    list = FilterList(folder: from, exceptions: ["foo/a*"], user: user)
    reader = try DirectoryRulesReader(from, as: from)
  }

  private static func write(_ bytes: [UInt8], to path: FilePath) throws {
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    try file.closeAfter { _ = try file.writeAll(bytes) }
  }

  func compareWithRsync() async throws {
    let filter = Filter(list) { [reader] in try reader.file(of: $0) }
    let input = Array(try flatRules(filter).map(\.text).joined(separator: [0]))
    let ours = try included(filter)
    let files = try await transferred(Self.fromInput, input)
    expect(ours, files, "with the rules of directories as rules of the folder")
    let own = list.first.map(\.option) + [Array("--filter=: \(DirectoryRules.name)".utf8)]
    let written = [Array("--filter=. \(rules)".utf8)] + ShippedRules.rules.map(\.option)
    expect(ours, try await transferred(own + written), "with rsync's own rules of directories")
    try await compareDeletions(filter, input)
  }

  /// All rules as rules of the folder, those of the deepest directories first.
  private func flatRules(_ filter: Filter) throws -> [FilterRule] {
    var found: [(depth: Int, rules: [FilterRule])] = []
    for directory in [""] + source.directories
    where try filter.verdict(of: directory, isDirectory: true).isIncluded {
      guard let file = try reader.file(of: directory) else { continue }
      let rules = try DirectoryRules.rules(in: file, of: directory, below: list.folder)
      found.append((directory.components.count, rules))
    }
    return list.first + found.sorted { $0.depth > $1.depth }.flatMap(\.rules) + list.last
  }

  private func expect(_ ours: Set<FilePath>, _ theirs: Set<FilePath>, _ how: String) {
    #expect(ours.subtracting(theirs) == [], "seed \(seed), \(how): only we include these")
    #expect(theirs.subtracting(ours) == [], "seed \(seed), \(how): only rsync includes these")
  }

  /// What of the source takes part, by our verdict.
  private func included(_ filter: Filter) throws -> Set<FilePath> {
    var all = source.entries
    for directory in source.directories {
      let file = directory.appending(DirectoryRules.name)
      if try reader.file(of: directory) != nil { all.append((file, false)) }
    }
    return Set(
      try all.filter { try filter.verdict(of: $0.path, isDirectory: $0.isDirectory).isIncluded }
        .map(\.path))
  }

  private static let fromInput = ["--from0", "--filter=merge -"].map { Array($0.utf8) }

  private func transferred(
    _ options: [[UInt8]], _ input: [UInt8] = []
  ) async throws -> Set<FilePath> {
    RsyncOracle.paths(try await rsync(["--dry-run"], options, from, empty, input))
  }

  /// Everything goes from the target but what is excluded, and what that lies in.
  private func compareDeletions(_ filter: Filter, _ input: [UInt8]) async throws {
    _ = try await rsync(["--delete"], Self.fromInput, empty, to, input)
    var kept: Set<FilePath> = []
    for (path, isDirectory) in target.entries
    where try !filter.verdict(of: path, isDirectory: isDirectory).isIncluded {
      var way = path
      while !way.isEmpty {
        kept.insert(way)
        way.removeLastComponent()
      }
    }
    let left = target.entries.map(\.path).filter { path in
      to.pushing(path).withPlatformString { pointer in
        var status = stat()
        return lstat(pointer, &status) == 0
      }
    }
    expect(Set(left), kept, "what is left on the target (first is rsync)")
  }

  private func rsync(
    _ words: [String], _ options: [[UInt8]], _ from: FilePath, _ to: FilePath, _ input: [UInt8]
  ) async throws -> [[UInt8]] {
    let common = ["--recursive", "--links", RsyncOracle.option] + words
    let slash = UInt8(ascii: "/")
    var child = ChildProcess(
      "rsync",
      bytes: common.map { Array($0.utf8) } + options + [from.bytes + [slash], to.bytes + [slash]])
    child.environment = RsyncOracle.environment
    let (status, output, error) = try await child.capture(input: .bytes(input))
    #expect(status == .exited(0), "seed \(seed): \(String(decoding: error, as: UTF8.self))")
    return output.split(separator: UInt8(ascii: "\n")).map { Array($0) }
  }
}
