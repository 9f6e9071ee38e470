import PCSCore

extension EventText {
  /// The difference between two configurations, of which only the lines matter to people.
  static func configPush(_ members: [String: JSON]) -> String? {
    members["diff"]?.string.map { diff in
      printable(diff.hasSuffix("\n") ? String(diff.dropLast()) : diff, keepingLines: true)
    }
  }
}
