/// Leaves out what a login shell writes before a command: everything up to a mark that the command
/// line writes first.
package struct GreetingFilter: Sendable {
  private let mark: [UInt8]
  private var held: [UInt8] = []
  private var isOpen = false

  package init(mark: String) {
    self.mark = Array(mark.utf8)
  }

  /// What is to be passed on of `chunk`.
  package mutating func pass(_ chunk: [UInt8]) -> [UInt8] {
    if isOpen { return chunk }
    held += chunk
    if let end = endOfMark {
      isOpen = true
      return Array(held[end...])
    }
    held = Array(held.suffix(mark.count - 1))
    return []
  }

  private var endOfMark: Int? {
    guard held.count >= mark.count else { return nil }
    return (0...(held.count - mark.count))
      .first { held[$0..<($0 + mark.count)].elementsEqual(mark) }
      .map { $0 + mark.count }
  }
}
