import Testing

@testable import Configuration

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("duratoin_seconds", "duration_seconds"), ("dummy-success", "dummy_success"),
    ("max_age", "max_age_days"), ("Log_File_Level", "log_file_level"), ("dsk", "disk"),
    ("colour", nil), ("b", nil),
  ])
  func findsWhatWasMeant(_ word: String, _ meant: String?) {
    let known = [
      "disk", "dummy_success", "duration_seconds", "log_file_level", "max_age_days", "a",
    ]
    #expect(Suggestion.closest(to: word, among: known) == meant)
  }
}
