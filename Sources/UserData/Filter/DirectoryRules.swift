package import SystemPackage

/// The rules that a directory brings along for what lies in it, in a file of this name.
package enum DirectoryRules {
  package static let name = ".pcswitcher-filter"

  /// The rules in `content`, as rules for a transfer of `folder`; `directory` is relative to it.
  ///
  /// Files of a whole home are read by root: none of them leads to another file.
  package static func rules(
    in content: [UInt8], of directory: FilePath, below folder: FilePath
  ) throws(FilterProblem) -> [FilterRule] {
    let path = folder.pushing(directory).appending(name)
    var rules: [FilterRule] = []
    for (number, text) in FilterFile.lines(content) {
      let origin = FilterOrigin.directory(path, line: number)
      do {
        rules += try Self.rules(text, origin, directory)
      } catch {
        throw FilterProblem(origin, text, error)
      }
    }
    return rules
  }

  private static func rules(
    _ text: ArraySlice<UInt8>, _ origin: FilterOrigin, _ directory: FilePath
  ) throws(FilterSyntaxError) -> [FilterRule] {
    guard case .rule(let words) = try FilterSyntax.line(text) else {
      throw .onlyInConfiguration("merge")
    }
    // It would speak of the rest of the folder, or of all of this directory.
    guard !words.isNegated else { throw .onlyInConfiguration("the modifier '!'") }
    guard !words.isAbsolute else { throw .onlyInConfiguration("the modifier '/'") }
    let rule = FilterRule(words, origin: origin, written: Array(text))
    let rules = rule.with(rule.pattern.inherited(from: directory))
    guard rules.allSatisfy({ $0.text.count <= FilterSyntax.longest }) else { throw .tooLong }
    return rules
  }
}
