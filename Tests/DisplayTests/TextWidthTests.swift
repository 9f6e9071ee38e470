import Display
import Testing

@Suite struct TextWidthTests {
  @Test(
    arguments: [
      ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("👍", 2), ("👨‍👩‍👧", 2), ("→…█░", 4),
      ("\u{200B}", 0), ("ｆ", 2), ("❤️", 2),
    ])
  func countsColumns(_ text: String, _ width: Int) {
    #expect(TextWidth.of(text) == width)
  }

  @Test(
    arguments: [
      ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "a"), ("abcdef", 0, ""),
      ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本語", 1, ""),
    ])
  func clips(_ text: String, _ width: Int, _ clipped: String) {
    #expect(TextWidth.clip(text, to: width) == clipped)
    #expect(TextWidth.of(TextWidth.fit(text, to: width)) == width)
  }
}
