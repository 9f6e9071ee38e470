import PCSCore
import Synchronization
package import SystemPackage

/// Which paths of a folder take part in a sync, as rsync would have it.
///
/// Paths are judged from the top down: what lies in an excluded directory is excluded, whatever
/// its own rules say. The rules of directories are read as they are met, and kept for the way to
/// the last path only: paths are best asked for in order.
package struct Filter: Sendable {
  /// The file of rules in a directory, which is relative to the folder.
  ///
  /// It is nil where there is none; a file that cannot be read is thrown.
  package typealias Reader = @Sendable (_ directory: FilePath) throws -> DirectoryRulesFile?

  package let list: FilterList
  private let first: RuleTable
  private let last: RuleTable
  private let read: Reader
  private let way: Way
  private let longPaths: LongPaths?

  /// `longPaths` gets every path that was judged and is too long for a sync.
  package init(
    _ list: FilterList, longPaths: LongPaths? = nil, read: @escaping Reader
  ) {
    self.list = list
    first = RuleTable(list.first)
    last = RuleTable(list.last)
    self.longPaths = longPaths
    self.read = read
    way = Way()
  }

  /// What decides but the rules of directories.
  package var digest: String { list.digest }

  /// Whether `path`, relative to the folder, takes part; the folder itself always does.
  package func verdict(of path: FilePath, isDirectory: Bool) throws -> FilterVerdict {
    try way.steps.withLock { steps in
      // Most paths lie where the last one lay.
      if let last = steps.last, last.isEntered, last.directory == path.removingLastComponent() {
        return try judge(path, isDirectory, steps[...])
      }
      let components = path.components
      var above: FilePath = ""
      try step(0, above, &steps)
      for (index, component) in components.dropLast().enumerated() {
        let here = above.appending(component)
        if !isEntered(here, steps, index + 1) {
          let verdict = try judge(here, true, steps[...index])
          if !verdict.isIncluded { return verdict }
        }
        try step(index + 1, here, &steps, entering: true)
        above = here
      }
      if components.isEmpty { return .included(by: nil) }
      return try judge(path, isDirectory, steps[..<components.count])
    }
  }

  /// Whether the way to the last path led through `directory`.
  private func isEntered(_ directory: FilePath, _ steps: [Way.Step], _ depth: Int) -> Bool {
    depth < steps.count && steps[depth].isEntered && steps[depth].directory == directory
  }

  /// The verdict on a path that lies directly below the last one of `steps`.
  private func judge(
    _ path: FilePath, _ isDirectory: Bool, _ steps: ArraySlice<Way.Step>
  ) throws(FilterProblem) -> FilterVerdict {
    if PathLimit.isExceeded(by: path, in: list.folder) {
      longPaths?.add(path)
      return PathLimit.verdict(on: path)
    }
    let bytes = path.bytes
    var effort = MatchEffort.unlimited
    var rule = first.rule(for: bytes, isDirectory: isDirectory, &effort)
    if rule == nil { rule = try ruleOfDirectory(bytes, isDirectory, steps) }
    rule = rule ?? last.rule(for: bytes, isDirectory: isDirectory, &effort)
    guard let rule else { return .included(by: nil) }
    return rule.isExclude ? .excluded(by: rule, at: path) : .included(by: rule)
  }

  /// The first rule of the nearest directory that decides.
  private func ruleOfDirectory(
    _ path: [UInt8], _ isDirectory: Bool, _ steps: ArraySlice<Way.Step>
  ) throws(FilterProblem) -> FilterRule? {
    var effort = MatchEffort.limited
    for step in steps.reversed() {
      guard let own = step.own else { continue }
      let rule = own.table.rule(for: path, isDirectory: isDirectory, &effort)
      if effort.isSpent { throw own.file.problem(rule, .tooCostly) }
      if let rule { return rule }
    }
    return nil
  }

  /// The step into `directory`, which lies `depth` below the folder.
  private func step(
    _ depth: Int, _ directory: FilePath, _ steps: inout [Way.Step], entering: Bool = false
  ) throws {
    if depth < steps.count, steps[depth].directory == directory {
      if entering { steps[depth].isEntered = true }
      return
    }
    steps.removeSubrange(min(depth, steps.count)...)
    var budget = steps.last?.budget ?? RulesBudget()
    let own = try read(directory).map {
      try DirectoryRules($0, of: directory, below: list.folder, &budget)
    }
    steps.append(Way.Step(directory: directory, own: own, budget: budget, isEntered: entering))
  }
}

/// The directories on the way to the path that was judged last.
private final class Way: Sendable {
  struct Step: Sendable {
    let directory: FilePath
    let own: DirectoryRules?
    /// What the directories below may still add.
    let budget: RulesBudget
    /// Whether it was judged, and is not excluded.
    var isEntered: Bool
  }

  let steps = Mutex<[Step]>([])
}
