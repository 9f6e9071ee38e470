import Testing

@testable import Btrfs

@Suite struct SendStreamTests {
  static func path(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// One command of each kind with all that it carries, and what is read of it.
  static let known: [(UInt16, [(UInt16, [UInt8])], SendCommand)] = {
    let (p, to, link) = (
      StreamBytes.path("a/b"), StreamBytes.path("c", 16), StreamBytes.path("d", 17)
    )
    func number(_ attribute: UInt16, _ value: UInt64) -> (UInt16, [UInt8]) {
      (attribute, StreamBytes.number(value))
    }
    let (ab, uuid) = (path("a/b"), (UInt16(1), [UInt8](repeating: 7, count: 16)))
    return [
      (1, [p, uuid, number(2, 9)], .begin(ab)), (2, [p, uuid, number(2, 9)], .begin(ab)),
      (3, [p, number(3, 257)], .make(.file, ab)), (4, [p, number(3, 257)], .make(.directory, ab)),
      (5, [p, number(3, 257), number(7, 1), number(5, 1)], .make(.node, ab)),
      (6, [p, number(3, 257)], .make(.fifo, ab)), (7, [p, number(3, 257)], .make(.socket, ab)),
      (8, [p, number(3, 257), link], .make(.symlink, ab)),
      (9, [p, to], .rename(ab, to: path("c"))), (10, [p, link], .link(ab, existing: path("d"))),
      (11, [p], .unlink(ab)), (12, [p], .removeDirectory(ab)),
      (13, [p, (13, [1]), (14, [])], .metadata(ab)), (14, [p, (13, [1])], .metadata(ab)),
      (15, [p, number(18, 5), (19, [1, 2, 3])], .data(ab, offset: 5, length: 3)),
      (16, [p, number(18, 5), number(24, 8), link], .data(ab, offset: 5, length: 8)),
      (17, [p, number(4, 6)], .truncate(ab, size: 6)), (18, [p, number(5, 0o644)], .metadata(ab)),
      (19, [p, number(6, 0), number(7, 0)], .metadata(ab)),
      (20, [p, (11, [UInt8](repeating: 0, count: 12))], .times(ab)),
      (22, [p, number(18, 5), number(4, 9)], .data(ab, offset: 5, length: 9)),
    ]
  }()

  @Test(arguments: [1, 7, 65536]) func readsEveryCommandInPiecesOfAnySize(size: Int) throws {
    var stream = StreamBytes()
    for (number, attributes, _) in Self.known { stream.add(number, attributes) }
    stream.add(21)
    #expect(try commands(stream.bytes, inPiecesOf: size) == Self.known.map(\.2) + [.end])
  }

  @Test func readsWhatVersion2Adds() throws {
    var stream = StreamBytes(version: 2)
    let offset: (UInt16, [UInt8]) = (18, StreamBytes.number(UInt64(4)))
    let length = StreamBytes.number(UInt64(10))
    stream.add(
      23, [StreamBytes.path("f"), offset, (4, length), (25, StreamBytes.number(1 as UInt32))])
    stream.add(24, [StreamBytes.path("f"), (26, length)])
    // Data has no length in version 2: it is the rest of the command.
    let head = [StreamBytes.path("f"), offset, (27, length)].flatMap(StreamBytes.attribute)
    stream.add(25, content: head + [19, 0] + [UInt8](repeating: 1, count: 100_000))
    stream.add(21)
    let data = SendCommand.data(Self.path("f"), offset: 4, length: 10)
    #expect(try commands(stream.bytes) == [data, .metadata(Self.path("f")), data, .end])
  }

  @Test func everyCutIsTruncated() throws {
    var stream = StreamBytes()
    for (number, attributes, _) in Self.known.prefix(4) { stream.add(number, attributes) }
    stream.add(21)
    for length in 0..<stream.bytes.count {
      #expect(throws: SendStreamError.truncated, "\(length)") {
        try commands(Array(stream.bytes.prefix(length)))
      }
    }
  }

  @Test func everyChangedByteOfACommandIsCorruptOrTooLong() throws {
    var stream = StreamBytes()
    stream.add(9, [StreamBytes.path("a"), StreamBytes.path("b", 16)])
    let start = stream.starts[0]
    for index in start..<stream.bytes.count {
      var bytes = stream.bytes
      bytes[index] ^= 0x40
      // A changed length takes in what follows, or is longer than anything may be.
      bytes += [UInt8](repeating: 0, count: 300)
      let error = #expect(throws: SendStreamError.self) { try commands(bytes) }
      let isLength = (start..<start + 4).contains(index)
      let wanted: [SendStreamError] = [.corrupt(offset: UInt64(start))]
      #expect(error.map { wanted.contains($0) || isLength } == true, "\(index)")
    }
  }

  static let refused: [(String, @Sendable (inout StreamBytes) -> Void, SendStreamError)] = [
    ("command 0", { $0.add(0) }, .unknownCommand(offset: 17, number: 0)),
    (
      "version 2's in version 1", { $0.add(24, [StreamBytes.path("a")]) },
      .unknownCommand(offset: 17, number: 24)
    ),
    (
      "attribute 99", { $0.add(11, [(99, [])]) },
      .malformed(offset: 17, what: "attribute 99 is not known")
    ),
    ("no path", { $0.add(11) }, .malformed(offset: 17, what: "attribute 15 is missing")),
    (
      "two paths", { $0.add(11, [StreamBytes.path("a"), StreamBytes.path("b")]) },
      .malformed(offset: 17, what: "attribute 15 is there twice")
    ),
    (
      "half an attribute", { $0.add(11, content: [15, 0, 9, 0, 65]) },
      .malformed(offset: 17, what: "an attribute is cut short")
    ),
    (
      "a byte of an attribute", { $0.add(11, content: [15]) },
      .malformed(offset: 17, what: "an attribute is cut short")
    ),
    (
      "a short number", { $0.add(17, [StreamBytes.path("a"), (4, [1, 2])]) },
      .malformed(offset: 17, what: "attribute 4 is no number")
    ),
    (
      "something after the end",
      {
        $0.add(21)
        $0.add(21)
      }, .trailing(offset: 27)
    ),
  ]

  @Test(arguments: refused.indices) func refusesWhatItDoesNotKnow(index: Int) {
    let (what, build, error) = Self.refused[index]
    var stream = StreamBytes()
    build(&stream)
    #expect(throws: error, "\(what)") { try commands(stream.bytes) }
  }

  @Test(arguments: [
    "/a", "a/", "a//b", ".", "a/..", "a/./b", "a\0b", String(repeating: "x", count: 256),
  ])
  func refusesPathsThatNameNothing(path: String) {
    var stream = StreamBytes()
    stream.add(11, [StreamBytes.path(path)])
    #expect(throws: SendStreamError.malformed(offset: 17, what: "a path that names nothing")) {
      try commands(stream.bytes)
    }
  }

  @Test func refusesWhatIsNoStream() {
    #expect(throws: SendStreamError.notAStream) { try commands(Array("#!/bin/sh".utf8)) }
    #expect(throws: SendStreamError.unsupportedVersion(4)) {
      try commands(StreamBytes(version: 4).bytes)
    }
  }

  @Test func refusesATooLongCommandBeforeItHasCome() {
    let head = StreamBytes.number(UInt32.max) + [15, 0, 0, 0, 0, 0]
    #expect(throws: SendStreamError.oversized(offset: 17, length: UInt64(UInt32.max))) {
      try commands(StreamBytes().bytes + head)
    }
  }

  @Test func checksumIsCastagnolis() {
    #expect(~CRC32C.checksum("123456789".utf8, from: ~0) == 0xE306_9283)
  }
}
