import PCSCore
import SystemPackage

/// Rules that fit much of a random tree, and some that fit nothing.
struct RandomRules {
  private static let parts = [
    "*", "?", "**", "***", "[ab]", "[!a]*", "[[:alpha:]]*", "f*", "*.o", "\\*", "[", "[]b]",
    "[a-c]*", "[^[:upper:]]?", "*[[:digit:]]", "**o", "a**", "\\[b\\]", "[[]b]", "a\\\\b", "a\\b",
    "?[!/]*", "[[:what:]]", "[a\\]b]", "\\", "*a*", "[b-", "*b", "f?o", "[\\a-c]", "[[:x]",
  ].map { Array($0.utf8) }

  static func pattern(_ numbers: inout SeededNumbers, anchored: Bool? = nil) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    var pattern: [UInt8] = []
    for index in 0..<Int.random(in: 1...3, using: &numbers) {
      if index > 0 { pattern.append(slash) }
      pattern += numbers.chance(2) ? numbers.one(of: parts) : name(&numbers)
    }
    if anchored ?? numbers.chance(3) { pattern.insert(slash, at: 0) }
    if numbers.chance(4) { pattern.append(slash) }
    return pattern
  }

  /// A name that can stand in a line.
  private static func name(_ numbers: inout SeededNumbers) -> [UInt8] {
    let name = numbers.one(of: RandomTree.names)
    return name.contains(UInt8(ascii: "\n")) ? Array("new*".utf8) : name
  }

  static func line(_ numbers: inout SeededNumbers, anchored: Bool? = nil) -> [UInt8] {
    let kinds = ["- ", "- ", "- ", "+ ", "exclude ", "include ", "-_", "-, "]
    return Array(numbers.one(of: kinds).utf8) + pattern(&numbers, anchored: anchored)
  }

  /// A line of the configuration's file, which may negate and speak of absolute paths.
  static func line(_ numbers: inout SeededNumbers, absoluteFrom folder: FilePath) -> [UInt8] {
    if numbers.chance(8) { return Array("-! ".utf8) + pattern(&numbers) }
    if numbers.chance(6) {
      let way = numbers.chance(2) ? folder.bytes : Array("/**/".utf8)
      return Array(numbers.one(of: ["-/ ", "+/ ", "exclude,/ "]).utf8)
        + (numbers.chance(2) ? way : []) + pattern(&numbers, anchored: numbers.chance(2))
    }
    return line(&numbers)
  }

  static func lines(
    _ count: Int, _ numbers: inout SeededNumbers, _ line: (inout SeededNumbers) -> [UInt8]
  ) -> [UInt8] {
    Array((0..<count).map { _ in line(&numbers) }.joined(separator: [UInt8(ascii: "\n")]))
  }
}
