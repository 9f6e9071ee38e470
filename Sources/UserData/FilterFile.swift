package import PCSCore
package import SystemPackage

/// A file of filter rules: a rule a line, empty lines, and comments after `#` or `;`.
///
/// Only rules whose effect is known before the transfer are taken: `!` would undo the rules of the
/// machine, and a file in each directory is read on the target, where it may not be yet.
package enum FilterFile {
  package static func rules(
    in text: [UInt8], of path: FilePath
  ) throws(FilterFileError) -> [FilterRule] {
    var rules: [FilterRule] = []
    var number = 0
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      guard let first = line.first, !Array("#;".utf8).contains(first) else { continue }
      guard let rule = rule(line) else {
        throw FilterFileError(path: path, line: number, text: String(decoding: line, as: UTF8.self))
      }
      rules.append(rule)
    }
    return rules
  }

  private static func rule(_ line: ArraySlice<UInt8>) -> FilterRule? {
    let words = [("- ", true), ("+ ", false), ("exclude ", true), ("include ", false)]
    for (word, isExclude) in words where line.starts(with: word.utf8) {
      let pattern = Array(line.dropFirst(word.utf8.count))
      return pattern.isEmpty ? nil : FilterRule(isExclude: isExclude, pattern: pattern)
    }
    return nil
  }
}

/// A line of a filter file that is no rule of ours.
package struct FilterFileError: ToolError, Equatable {
  package let path: FilePath
  package let line: Int
  package let text: String

  package var id: String { "user_data.filter" }
  package var description: String {
    "\(path):\(line): '\(text)': only '- PATTERN' and '+ PATTERN' are understood"
  }
  package var exitStatus: ExitStatus { .configuration }
}
