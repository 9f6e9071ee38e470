/// One rule of `rsync(1)` about both sides: what it excludes is neither copied nor, on the target,
/// deleted.
package struct FilterRule: Sendable, Equatable {
  package let isExclude: Bool
  /// Decides about what does *not* fit the pattern.
  package let isNegated: Bool
  package let pattern: FilterPattern
  package let origin: FilterOrigin
  /// As somebody wrote it.
  package let written: [UInt8]

  package init(
    isExclude: Bool, isNegated: Bool = false, pattern: FilterPattern, origin: FilterOrigin,
    written: [UInt8]? = nil
  ) {
    self.isExclude = isExclude
    self.isNegated = isNegated
    self.pattern = pattern
    self.origin = origin
    self.written = written ?? Self.text(isExclude, isNegated, pattern)
  }

  package static func exclude(_ pattern: String, _ origin: FilterOrigin) -> FilterRule {
    FilterRule(isExclude: true, pattern: FilterPattern(pattern.utf8), origin: origin)
  }

  /// The same rule with other patterns.
  func with(_ patterns: [FilterPattern]) -> [FilterRule] {
    patterns.map {
      FilterRule(
        isExclude: isExclude, isNegated: isNegated, pattern: $0, origin: origin, written: written)
    }
  }

  /// As rsync reads it.
  package var text: [UInt8] { Self.text(isExclude, isNegated, pattern) }

  /// The option of rsync.
  package var option: [UInt8] { Array("--filter=".utf8) + text }

  private static func text(
    _ isExclude: Bool, _ isNegated: Bool, _ pattern: FilterPattern
  ) -> [UInt8] {
    Array("\(isExclude ? "-" : "+")\(isNegated ? "!" : "") ".utf8) + pattern.text
  }
}
