import Testing

@testable import Configuration

@Suite struct SchemaPatternTests {
  @Test(arguments: [
    ("^a*$", "aaa", true), ("^a*$", "aab", false), ("a+", "xxaayy", true), ("", "x", true),
    ("^abc$", "abc\n", false), ("^.$", "\n", false), ("^.$", "é", true), ("^..$", "e\u{301}", true),
    (#"^\d$"#, "5", true), (#"^\d$"#, "\u{966}", false), (#"^\w$"#, "é", false),
    (#"^\W$"#, "é", true), (#"^\s$"#, "\u{FEFF}", true), (#"^\S$"#, " ", false),
    (#"^\v$"#, "\u{B}", true), (#"^\v$"#, "\n", false), (#"^\cA$"#, "\u{1}", true),
    (#"^\x41A\u{42}$"#, "AAB", true), (#"^\uD83D\uDE00$"#, "\u{1F600}", true),
    ("^[[]$", "[", true), ("^[a&&b]$", "&", true), ("^[^]$", "x", true), ("[]", "x", false),
    (#"^[\d-]+$"#, "1-2", true), (#"^[^\s/]+$"#, "a b", false), (#"^[\b]$"#, "\u{8}", true),
    ("^a{2,3}$", "aa", true), ("^a{2,3}$", "aaaa", false), ("^x{$", "x{", true),
    ("^(?:a|b)(?=c)c$", "ac", true), ("^(?!a)", "a", false), (#"^(.)\1$"#, "aa", true),
    (#"^(?<n>.)\k<n>$"#, "ab", false), (#"^\p{L}+$"#, "éa", true), (#"^\P{L}$"#, "1", true),
    (#"\bfoo\b"#, "a foo b", true), (#"\bfoo\b"#, "afoo", false), ("^a b#c$", "a b#c", true),
    ("^[^/]+$", "@home", true), ("^[^/]+$", "a/b", false), ("^(a|)$", "", true),
  ])
  func matchesAsECMAScriptDoes(_ pattern: String, _ text: String, _ isMatch: Bool) throws {
    #expect(try SchemaPattern(pattern).matches(text) == isMatch)
  }

  @Test(arguments: [
    "(", ")", "[", "a**", "a++", "*", "(*a)", "|*", #"\Z"#, #"\A"#, #"\a"#, "(?i)a", "(?#x)",
    "[z-a]", #"\x1"#, #"\u12"#, #"\p{NoSuchProperty}"#, "\\", "a{1001}", #"\c1"#,
  ])
  func refusesWhatECMAScriptDoesNotHave(_ pattern: String) {
    #expect(throws: SchemaError.self) { try SchemaPattern(pattern) }
  }
}
