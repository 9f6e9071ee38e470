import PCSCore
import Synchronization
package import SystemPackage

/// Which paths of a folder take part in a sync, as rsync would have it.
///
/// Paths are judged from the top down: what lies in an excluded directory is excluded, whatever
/// its own rules say. The rules of directories are read as they are met, and kept for the way to
/// the last path only: paths are best asked for in order.
package struct Filter: Sendable {
  /// The content of the file of rules in a directory, which is relative to the folder.
  ///
  /// It is nil where there is none; a file that cannot be read is thrown.
  package typealias Reader = @Sendable (_ directory: FilePath) throws -> [UInt8]?

  package let list: FilterList
  private let read: Reader
  private let way: Way
  private let longPaths: LongPaths?

  /// `longPaths` gets every path that was judged and is too long for a sync.
  package init(
    _ list: FilterList, longPaths: LongPaths? = nil, read: @escaping Reader
  ) {
    self.list = list
    self.longPaths = longPaths
    self.read = read
    way = Way()
  }

  /// What decides but the rules of directories.
  package var digest: String { list.digest }

  /// Whether `path`, relative to the folder, takes part; the folder itself always does.
  package func verdict(of path: FilePath, isDirectory: Bool) throws -> FilterVerdict {
    try way.steps.withLock { steps in
      let components = path.components
      var above: FilePath = ""
      var rules = try step(0, above, &steps).rules
      for (index, component) in components.dropLast().enumerated() {
        let here = above.appending(component)
        if !isEntered(here, steps, index + 1) {
          let verdict = judge(here, true, rules)
          if !verdict.isIncluded { return verdict }
        }
        rules = try step(index + 1, here, &steps, entering: true).rules
        above = here
      }
      return components.isEmpty ? .included(by: nil) : judge(path, isDirectory, rules)
    }
  }

  /// Whether the way to the last path led through `directory`.
  private func isEntered(_ directory: FilePath, _ steps: [Way.Step], _ depth: Int) -> Bool {
    depth < steps.count && steps[depth].isEntered && steps[depth].directory == directory
  }

  /// The rules of `directory` and of those above it, the nearest first, as rules of the folder.
  package func rules(in directory: FilePath) throws -> [FilterRule] {
    try way.steps.withLock { steps in
      var above: FilePath = ""
      var rules = try step(0, above, &steps).rules
      for (index, component) in directory.components.enumerated() {
        above = above.appending(component)
        rules = try step(index + 1, above, &steps).rules
      }
      return rules
    }
  }

  private func judge(
    _ path: FilePath, _ isDirectory: Bool, _ rules: [FilterRule]
  ) -> FilterVerdict {
    if PathLimit.isExceeded(by: path, in: list.folder) {
      longPaths?.add(path)
      return PathLimit.verdict(on: path)
    }
    let bytes = path.bytes
    for list in [list.first, rules, list.last] {
      for rule in list where rule.decides(bytes, isDirectory: isDirectory) {
        return rule.isExclude ? .excluded(by: rule, at: path) : .included(by: rule)
      }
    }
    return .included(by: nil)
  }

  /// The step into `directory`, which lies `depth` below the folder.
  private func step(
    _ depth: Int, _ directory: FilePath, _ steps: inout [Way.Step], entering: Bool = false
  ) throws -> Way.Step {
    if depth < steps.count, steps[depth].directory == directory {
      if entering { steps[depth].isEntered = true }
      return steps[depth]
    }
    steps.removeSubrange(min(depth, steps.count)...)
    let own = try read(directory).map {
      try DirectoryRules.rules(in: $0, of: directory, below: list.folder)
    }
    let inherited = steps.last?.rules ?? []
    let step = Way.Step(
      directory: directory, rules: own.map { $0 + inherited } ?? inherited, isEntered: entering)
    steps.append(step)
    return step
  }
}

/// The directories on the way to the path that was judged last.
private final class Way: Sendable {
  struct Step: Sendable {
    let directory: FilePath
    /// Its own rules and those of the directories above it.
    let rules: [FilterRule]
    /// Whether it was judged, and is not excluded.
    var isEntered: Bool
  }

  let steps = Mutex<[Step]>([])
}
