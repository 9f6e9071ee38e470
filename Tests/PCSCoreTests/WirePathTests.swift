import PCSCore
import SystemPackage
import Testing

@Suite struct WirePathTests {
  @Test(arguments: ["a", "/a/b", "line\nfeed", "ä/€/😀", "-x", "\u{1B}[31m"])
  func textTravelsAsItself(_ text: String) {
    let path = WirePath(FilePath(text))
    #expect(path.text == text)
    #expect(path.base64 == nil)
    #expect(path.context == ["path": .string(text)])
    #expect(WirePath(text: text, base64: nil) == path)
  }

  @Test(arguments: [[0xFF], [0x61, 0xE2, 0x82], [0xC0, 0x80, 0x2F, 0x62], Array(1...255)])
  func otherBytesTravelInBase64(_ bytes: [UInt8]) throws {
    let path = WirePath(FilePath(bytes: bytes))
    let base64 = try #require(path.base64)
    #expect(path.text.contains("\u{FFFD}"))
    #expect(path.context["path_b64"] == .string(base64))
    #expect(WirePath(text: path.text, base64: base64)?.path.bytes == FilePath(bytes: bytes).bytes)
  }

  @Test(arguments: ["no base64", "AGE=", "====", "Y"]) func badBase64IsRefused(_ base64: String) {
    #expect(WirePath(text: "a", base64: base64) == nil)
  }
}
