import FileTrees
import LiveCommit
import PCSCore
import PCSTestSupport
import Testing

@testable import UserData

@Suite struct FrameCompressionTests {
  private static let text = Array(String(repeating: "some text that repeats\n", count: 5000).utf8)

  private static func compressed(_ batch: [UInt8], level: Int = 3) throws -> CompressedFrames {
    try #require(FrameCompressor().compress(batch, level: level))
  }

  @Test(arguments: [1, 3, 6]) func comesBackAsItWas(level: Int) throws {
    let compressor = FrameCompressor()
    for batch in [Self.text, Array(Self.text.prefix(1000)), [UInt8](repeating: 0, count: 1 << 20)] {
      let compressed = try #require(compressor.compress(batch, level: level))
      #expect(compressed.sent.count < batch.count / 3)
      #expect(try CompressedFrames(sent: compressed.sent).batch() == batch)
      let request = TargetRequest.bytes(of: compressed)
      let read = try TargetRequest(kind: request[0], Array(request.dropFirst(9)))
      guard case .frames(batch) = read else {
        Issue.record("not the frames")
        continue
      }
    }
  }

  @Test func whatGetsNoSmallerStaysAsItIs() {
    var random = SeededGenerator(seed: 7)
    let noise = (0..<100_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    #expect(FrameCompressor().compress(noise, level: 3) == nil)
    #expect(FrameCompressor().compress([], level: 3) == nil)
  }

  @Test func whatIsCutShortIsAnError() throws {
    let sent = try Self.compressed(Self.text).sent
    for count in [0, 1, 3, sent.count / 2, sent.count - 1] {
      #expect(throws: WireError.self) {
        try CompressedFrames(sent: Array(sent.prefix(count))).batch()
      }
    }
  }

  @Test func noLengthIsBelieved() throws {
    let sent = try Self.compressed(Self.text).sent
    for length in [0, Self.text.count - 1, Self.text.count + 1, FrameBatch.longest + 1, .max] {
      var writer = ByteWriter()
      writer.put(UInt64(length))
      var reader = ByteReader(sent)
      _ = try reader.number()
      #expect(throws: WireError.self) {
        try CompressedFrames(sent: writer.bytes + reader.remainder).batch()
      }
    }
  }
}

@Suite struct CompressionLevelTests {
  private static func level(after shares: [Double]) -> Int {
    var level = CompressionLevel()
    for share in shares {
      for _ in 0..<8 { level.sent(waited: .seconds(share), of: .seconds(1)) }
    }
    return level.level
  }

  @Test(
    arguments: [
      ([], 0), ([0, 0], 0), ([0.3, 0.4], 0), ([0.9], 1), ([0.9, 0.8], 3),
      ([0.9, 0.9, 0.9, 0.9], 6),
      ([0.9, 0.3], 1), ([0.9, 0.9, 0.05], 1), ([0.9, 0, 0, 0], 0),
    ] as [([Double], Int)])
  func followsHowLongTheLinkIsWaitedFor(shares: [Double], level: Int) {
    #expect(Self.level(after: shares) == level)
  }
}
