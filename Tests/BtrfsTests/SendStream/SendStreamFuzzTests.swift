import FileTrees
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import Btrfs

/// Streams of the kernel, damaged: whatever comes, it ends, and with a clear error or a result.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SendStreamFuzzTests {
  @Test func noDamagedStreamIsTakenForAGoodOne() async throws {
    try await ScratchBtrfs.with { btrfs in
      var random = SeededGenerator(seed: 42)
      for stream in try await Self.streams(btrfs) {
        #expect(try commands(stream).last == .end)
        for _ in 0..<300 {
          let damaged = Self.damaged(stream, &random)
          #expect(throws: SendStreamError.self) { try commands(damaged) }
        }
      }
    }
  }

  @Test func nothingWithRightChecksumsBreaksIt() async throws {
    try await ScratchBtrfs.with { btrfs in
      var random = SeededGenerator(seed: 43)
      var good = 0
      var refused = 0
      for stream in try await Self.streams(btrfs) {
        let commands = Self.pieces(stream)
        for _ in 0..<150 {
          do {
            try Self.understand(Self.forged(commands, &random))
            good += 1
          } catch is SendStreamError {
            refused += 1
          } catch is SnapshotDiffError {
            refused += 1
          }
        }
      }
      #expect(good > 50 && refused > 50, "\(good) \(refused)")
    }
  }

  /// Reads a stream to the last step, with snapshots in which everything lies everywhere.
  private static func understand(_ stream: [UInt8]) throws {
    var edits = TreeEdits()
    for command in try commands(stream) { try edits.apply(command) }
    let list = try ChangeList(edits) { _ in
      FileStatus(.init())
    } new: { _ in
      FileStatus(.init())
    }
    #expect(ChangeOrder.ordered(list.changes).count == list.changes.count)
  }

  private static func streams(_ btrfs: ScratchBtrfs) async throws -> [[UInt8]] {
    let top = try Directory(btrfs.topLevel)
    try await btrfs.sh(
      "for name in empty live; do btrfs -q subvolume create $name; done", in: btrfs.topLevel)
    var edits = RandomEdits(
      FileTree(root: btrfs.topLevel.appending("live")), empty: btrfs.topLevel.appending("empty"),
      random: SeededGenerator(seed: 41))
    var streams: [[UInt8]] = []
    for number in 0..<6 {
      try edits.run(25)
      let live = try Directory(btrfs.topLevel.appending("live"))
      try Subvolume.snapshot(live, in: top, "\(number)", isReadOnly: true)
      guard number > 0 else { continue }
      let compared = try ["\(number)", "\(number - 1)"].map {
        try ComparedSnapshot(Directory(btrfs.topLevel.appending($0)))
      }
      let run = try SendRun(of: compared[0], since: compared[1])
      var bytes: [UInt8] = []
      try run.read { bytes += $0 }
      #expect(run.error() == nil)
      streams.append(bytes)
    }
    return streams
  }

  /// Cuts, changes, adds to or repeats something.
  private static func damaged(_ stream: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = stream
    // Another version that is known too could be read as well.
    let place = Int.random(in: 17..<bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes.removeSubrange(place...)
    case 1: bytes[place] ^= UInt8.random(in: 1...255, using: &random)
    case 2: bytes.remove(at: place)
    case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
    default: bytes += bytes[place...]
    }
    return bytes == stream ? [] : bytes
  }

  /// Drops, repeats, exchanges or changes whole commands and gives them their right checksums.
  private static func forged(
    _ commands: [(number: UInt16, content: [UInt8])], _ random: inout SeededGenerator
  ) -> [UInt8] {
    var commands = commands
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let one = commands.indices.randomElement(using: &random) ?? 0
      let other = commands.indices.randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<6, using: &random) {
      case 0: commands.remove(at: one)
      case 1: commands.insert(commands[one], at: other)
      case 2: commands.swapAt(one, other)
      case 3: commands[one].number = UInt16.random(in: 0...27, using: &random)
      case 4 where !commands[one].content.isEmpty:
        let byte = commands[one].content.indices.randomElement(using: &random) ?? 0
        commands[one].content[byte] = UInt8.random(in: 0...255, using: &random)
      default: commands[one].content = commands[other].content
      }
      if commands.isEmpty { break }
    }
    var result = StreamBytes(version: 2)
    for command in commands { result.add(command.number, content: command.content) }
    return result.bytes
  }

  private static func pieces(_ stream: [UInt8]) -> [(number: UInt16, content: [UInt8])] {
    var pieces: [(number: UInt16, content: [UInt8])] = []
    var place = 17
    while place < stream.count {
      let length = Int(stream[...].littleEndian(UInt32.self, at: place))
      pieces.append(
        (
          stream[...].littleEndian(UInt16.self, at: place + 4),
          Array(stream[(place + 10)..<(place + 10 + length)])
        ))
      place += 10 + length
    }
    return pieces
  }
}
