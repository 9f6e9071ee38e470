import PCSCore
package import SystemPackage

extension FilterPattern {
  /// The patterns that say for what lies in `directory` what this one says in a file of rules
  /// there, as `rsync(1)` has it with per-directory rules.
  ///
  /// Anchored, it begins at the directory; else it may also begin above.
  func inherited(from directory: FilePath, _ effort: inout MatchEffort) -> [FilterPattern] {
    if directory.isEmpty { return [self] }
    let way = directory.bytes + [UInt8(ascii: "/")]
    let globs: [Glob]
    if isAnchored {
      globs = [glob]
    } else if beginsWithDoubleStar {
      globs = glob.rests(after: [UInt8(ascii: "/")] + way, &effort)
    } else {
      globs = below + fromAbove(way, &effort)
    }
    return patterns(globs, below: directory, &effort)
  }

  /// The patterns that say for a transfer of `folder` what this one says of absolute paths.
  package func absolute(for folder: FilePath) -> [FilterPattern] {
    if !isAnchored, slashes == 0, !hasDoubleStar { return [self] }
    let way = folder.removingRoot().bytes + [UInt8(ascii: "/")]
    let atStart = isAnchored || beginsWithDoubleStar
    var effort = MatchEffort.unlimited
    let globs =
      atStart ? glob.rests(after: way[...], &effort) : below + fromAbove(way, &effort)
    return patterns(globs, below: "", &effort)
  }

  /// Directly in the directory, or anywhere below it.
  private var below: [Glob] {
    [glob, Glob(tokens: [.doubleStar, .literal(UInt8(ascii: "/"))] + glob.tokens)]
  }

  /// What is left of the pattern where it began at a component of `way`, which ends with a slash.
  private func fromAbove(_ way: [UInt8], _ effort: inout MatchEffort) -> [Glob] {
    var rests: [Glob] = []
    var start = 0
    while start < way.count, !effort.isSpent {
      rests += glob.rests(after: way[start...], &effort)
      start = (way[start...].firstIndex(of: UInt8(ascii: "/")) ?? way.count) + 1
    }
    return rests
  }

  /// A slash in a class fits nothing, and yet counts when rsync looks for where a match begins.
  private var fitsNothing: Bool {
    !isAnchored && !hasDoubleStar
      && slashes != glob.tokens.count { $0.kind == .literal(UInt8(ascii: "/")) }
  }

  private func patterns(
    _ globs: [Glob], below directory: FilePath, _ effort: inout MatchEffort
  ) -> [FilterPattern] {
    var patterns: [FilterPattern] = []
    if fitsNothing { return [] }
    for glob in globs where !glob.tokens.isEmpty {
      effort.spend(directory.length + glob.tokens.count)
      if effort.isSpent { return [] }
      // Three stars at the end would fit the directory itself, too.
      let isAll = glob.tokens.count == 1 && glob.tokens[0].kind == .doubleStar
      let glob = isAll ? Glob(tokens: [.doubleStar]) : glob
      let pattern = FilterPattern(glob, below: directory, isForDirectories: isForDirectories)
      if !patterns.contains(pattern) { patterns.append(pattern) }
    }
    return patterns
  }
}
