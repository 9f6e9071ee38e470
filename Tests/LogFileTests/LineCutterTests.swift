import LogFile
import Testing

@Suite struct LineCutterTests {
  @Test(arguments: ["", "a", "a\n", "a\nb", "\n\n", "a\r\nb\u{2028}c\n", "0123456789\nx"])
  func losesNoByte(_ text: String) {
    let bytes = Array(text.utf8)
    for size in 1...5 {
      var cutter = LineCutter(limit: 4)
      var pieces: [[UInt8]] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        pieces += cutter.append(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      if let rest = cutter.finish() { pieces.append(rest) }
      #expect(pieces.joined().elementsEqual(bytes))
      #expect(pieces.allSatisfy { $0.count <= 4 && !$0.dropLast().contains(0x0A) })
    }
  }
}
