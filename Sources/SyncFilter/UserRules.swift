import Glibc
import PCSCore
package import SystemPackage

/// What the user wrote in the configuration: the entries of `exclude`, then the filter file, with
/// the files that they merge; every problem in them at once.
package struct UserRules: Sendable, Equatable {
  /// A rule that may be about absolute paths.
  struct Written: Sendable, Equatable {
    let rule: FilterRule
    let isAbsolute: Bool
  }

  private(set) var written: [Written] = []
  package private(set) var problems: [FilterProblem] = []

  /// How deep files may merge files.
  private static let deepest = 8

  package init(exclude: [String], filterFile: FilePath? = nil) {
    for (index, entry) in exclude.enumerated() {
      let text = Array(entry.utf8)
      add(
        Result { () throws(FilterSyntaxError) in try FilterSyntax.entry(text) },
        text, .entry(index + 1), among: [])
    }
    guard let path = filterFile else { return }
    merge(path, asked: .file(path, line: 0), text: [], among: [])
  }

  /// The rules for a transfer of `folder`.
  package func rules(for folder: FilePath) -> [FilterRule] {
    written.flatMap { entry in
      entry.isAbsolute
        ? entry.rule.with(entry.rule.pattern.absolute(for: folder)) : [entry.rule]
    }
  }

  /// Throws the first problem.
  package func check() throws(FilterProblem) {
    if let problem = problems.first { throw problem }
  }

  private mutating func add(
    _ line: Result<FilterSyntax.Line, FilterSyntaxError>, _ text: [UInt8], _ origin: FilterOrigin,
    among files: [FilePath]
  ) {
    switch line {
    case .failure(let reason): problems.append(FilterProblem(origin, text, reason))
    case .success(.rule(let words)):
      let rule = FilterRule(words, origin: origin, written: text)
      written.append(Written(rule: rule, isAbsolute: words.isAbsolute))
    case .success(.merge(let path)):
      let directory = files.last?.removingLastComponent()
      if let path = path.isAbsolute ? path : directory?.pushing(path) {
        merge(path, asked: origin, text: text, among: files)
      } else {
        problems.append(FilterProblem(origin, text, .relativeFile))
      }
    }
  }

  private mutating func merge(
    _ path: FilePath, asked origin: FilterOrigin, text: [UInt8], among files: [FilePath]
  ) {
    guard files.count < Self.deepest else {
      problems.append(FilterProblem(origin, text, .tooDeep))
      return
    }
    if let reason = Self.distrust(of: path) {
      problems.append(FilterProblem(origin, text, .refusedRule(reason)))
      return
    }
    do {
      for (number, line) in FilterFile.lines(try FilterFile.content(path)) {
        add(
          Result { () throws(FilterSyntaxError) in try FilterSyntax.line(line) },
          Array(line), .file(path, line: number), among: files + [path])
      }
    } catch {
      problems.append(FilterProblem(origin, text, .unreadable(error.what, error.errno)))
    }
  }
}

extension UserRules {
  /// Why root must not go by `path`, as with the configuration itself; nil when it may.
  private static func distrust(of path: FilePath) -> String? {
    guard Places.isRoot else { return nil }
    let caller = Places.environment("SUDO_UID").flatMap { uid_t($0) }
    do {
      try FileTrust.check(path, writableOnlyBy: caller.map { [0, $0] } ?? [0])
    } catch {
      // What is not there is said when it is read.
      if error.errno == .noSuchFileOrDirectory { return nil }
      return error.errno.map { "\(error.what): \($0)" } ?? "not safe to use as root: \(error.what)"
    }
    return nil
  }
}

extension FilterRule {
  init(_ words: FilterSyntax.Words, origin: FilterOrigin, written: [UInt8]) {
    self.init(
      isExclude: words.isExclude, isNegated: words.isNegated,
      pattern: FilterPattern(words.pattern), origin: origin, written: written)
  }
}
