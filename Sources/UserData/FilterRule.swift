import PCSCore
package import SystemPackage

/// One rule of `rsync(1)`, as far as a rule of ours can be told before the transfer: what it names
/// is neither copied nor, on the other side, deleted.
package struct FilterRule: Sendable, Equatable {
  package let isExclude: Bool
  /// A pattern of rsync, as exact bytes.
  package let pattern: [UInt8]

  package init(isExclude: Bool, pattern: [UInt8]) {
    self.isExclude = isExclude
    self.pattern = pattern
  }

  package static func exclude(_ pattern: String) -> FilterRule {
    FilterRule(isExclude: true, pattern: Array(pattern.utf8))
  }

  /// The rule that fits only `path`, which is relative to the root of the transfer.
  package static func exclude(only path: FilePath) -> FilterRule {
    let bytes = [UInt8(ascii: "/")] + path.bytes
    // Without a wildcard in it, rsync takes a backslash for itself.
    let wild = Array("*?[".utf8)
    guard bytes.contains(where: wild.contains) else {
      return FilterRule(isExclude: true, pattern: bytes)
    }
    let pattern = bytes.flatMap { byte -> [UInt8] in
      wild.contains(byte) || byte == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), byte] : [byte]
    }
    return FilterRule(isExclude: true, pattern: pattern)
  }

  /// An entry of `exclude`: a pattern, or a pattern after `- ` or `+ `.
  package init(entry: String) {
    let isInclude = entry.hasPrefix("+ ")
    let hasPrefix = isInclude || entry.hasPrefix("- ")
    self.init(isExclude: !isInclude, pattern: Array(entry.utf8.dropFirst(hasPrefix ? 2 : 0)))
  }

  /// The option of rsync.
  package var option: [UInt8] {
    Array((isExclude ? "--filter=- " : "--filter=+ ").utf8) + pattern
  }
}
