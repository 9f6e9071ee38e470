package import SystemPackage

/// Whether a path takes part in a sync, and why.
package enum FilterVerdict: Sendable, Equatable {
  /// By a rule that keeps it, or because none says otherwise.
  case included(by: FilterRule?)
  /// By a rule that fits it, or a directory that it lies in: then that is `at`.
  case excluded(by: FilterRule, at: FilePath)

  package var isIncluded: Bool {
    if case .included = self { true } else { false }
  }

  /// The rule that decided.
  package var rule: FilterRule? {
    switch self {
    case .included(let rule): rule
    case .excluded(let rule, _): rule
    }
  }
}
