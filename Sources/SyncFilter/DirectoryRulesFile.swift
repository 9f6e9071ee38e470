import SystemPackage

/// What a directory's file of rules holds.
package struct DirectoryRulesFile: Sendable, Equatable {
  /// Where a file of rules lies, for its errors.
  struct Place: Sendable {
    let path: FilePath
    let isQuotable: Bool
  }

  let content: [UInt8]
  /// Whether errors may repeat its lines: another user's file, made a file of rules by a hard link,
  /// would be shown to whoever sees the error.
  let isQuotable: Bool

  package init(_ content: [UInt8], isQuotable: Bool = true) {
    self.content = content
    self.isQuotable = isQuotable
  }

  func place(in directory: FilePath) -> Place {
    Place(path: directory.appending(DirectoryRules.name), isQuotable: isQuotable)
  }
}

extension DirectoryRulesFile.Place {
  /// What is wrong with `rule`, or with the whole file.
  func problem(_ rule: FilterRule?, _ reason: FilterSyntaxError) -> FilterProblem {
    guard let rule else { return FilterProblem(.directory(path, line: 0), [], reason) }
    return FilterProblem(rule.origin, isQuotable ? rule.written : [], reason)
  }
}
