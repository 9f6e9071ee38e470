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
    ("^(a*)*$", "aab", false), ("^(?:a?){3}$", "aaa", true), ("^(a|b)*?c$", "abac", true),
    ("(?<=a)b", "ab", true), ("(?<!a)b", "ab", false), ("^(?=.*b)a", "aab", true),
    (#"^(a)?\1b$"#, "b", true), (#"^(a*)\1$"#, "aaaa", true), (#"^(a+)\1$"#, "aaa", false),
    (#"^(?:(a)|b)*\1$"#, "aba", true), ("^[a-c]{0}$", "", true), ("^{a}$", "{a}", true),
    (#"^\B$"#, "", true), ("^(a{2}){2}$", "aaaa", true), ("a{1,2}{", "aa{", true),
    ("^[^/]+$", "@home", true), ("^[^/]+$", "a/b", false), ("^(a|)$", "", true),
  ])
  func matchesAsECMAScriptDoes(_ pattern: String, _ text: String, _ isMatch: Bool) throws {
    #expect(try SchemaPattern(pattern).matches(text) == isMatch)
  }

  /// Each of them takes for ever where every way is tried.
  static let runaways = [
    "^(a+)+$", "^(a*)*$", "^(a|a)*$", "^(a|aa)+$", "(.*)*x", "^(a?){25}a{25}$", "^((a+)+)+$",
    "(?=(a+)+$)b", "^(([a-z])+.)+[A-Z]([a-z])+$",
  ]

  @Test("C2: no pattern runs away", arguments: runaways)
  func noPatternRunsAway(_ pattern: String) throws {
    let text = String(repeating: "a", count: 2000) + "!"
    #expect(try !SchemaPattern(pattern).matches(text))
  }

  @Test(
    "C2: what cannot be told in time is an error, with the pattern in it",
    arguments: [#"^(a+)+\1+$"#, #"^(a|aa)+\1$"#, "(?<=^(a+)+)c"])
  func givingUpIsAnError(_ pattern: String) throws {
    let text = String(repeating: "a", count: 2000) + "!"
    #expect(throws: SchemaError.pattern(pattern, "takes too long to match")) {
      try SchemaPattern(pattern).matches(text)
    }
  }

  @Test(arguments: [
    "(", ")", "[", "a**", "a++", "*", "(*a)", "|*", #"\Z"#, #"\A"#, #"\a"#, "(?i)a", "(?#x)",
    "[z-a]", "a{2,1}", #"\2(a)"#, #"\k<n>"#, "(?<n>a)(?<n>b)", "^*", "{2}",
    "((a{1000}){1000}){1000}", String(repeating: "(", count: 100_000), #"\x1"#, #"\u12"#,
    #"\p{NoSuchProperty}"#, "\\", "a{1001}", #"\c1"#,
  ])
  func refusesWhatECMAScriptDoesNotHave(_ pattern: String) {
    #expect(throws: SchemaError.self) { try SchemaPattern(pattern) }
  }
}
