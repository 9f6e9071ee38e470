/// A number of entries in words.
enum EntryCount {
  static func text(_ count: Int) -> String { count == 1 ? "1 entry" : "\(count) entries" }
}
