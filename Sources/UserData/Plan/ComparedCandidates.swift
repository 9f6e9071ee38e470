import FileTrees
package import SystemPackage

/// The candidates of a folder that was compared in full, and what is known of each.
///
/// Something on the target is replaced or deleted only if it is known to be this machine's own
/// (requirement U1): what nobody knows is a change of the target's.
package struct ComparedCandidates {
  /// What decides whether the target's version of a path is a change there.
  package struct Knowledge {
    /// The paths that this machine changed since the base; nil where its base is gone.
    package var changedHere: Set<FilePath>?
    /// Changes of the target since the base; nil where its base is gone.
    package var there: [FilePath: FolderFindings.Changed]?
    /// Whether everything that takes part now took part in the base.
    package var isSameFilter = true
    /// Paths whose version of the target was chosen earlier.
    package var chosenThere: Set<FilePath> = []
    /// Mount points and subvolumes of the base that are none any more.
    package var formerBoundaries: Set<FilePath> = []
    /// Revisions of snaps and state databases that were left in the base and are not any more.
    package var formerSnaps: Set<FilePath> = []
    /// Whether the user has agreed that the target's folder is replaced.
    package var isAgreed = false

    package init() {}
  }

  /// Who answers for the target's version of a path.
  enum Verdict: Equatable {
    case changed, unchanged
    /// Only a snapshot of this machine that holds the version makes it unchanged.
    case open
  }

  package private(set) var candidates: [FilePath: Candidate] = [:]
  /// The target's versions of which only evidence tells that they are no change there.
  package private(set) var open = OpenVersions()

  private let knowledge: Knowledge

  package init(_ knowledge: Knowledge) {
    self.knowledge = knowledge
  }

  package mutating func add(_ difference: TreeComparison.Difference) {
    let path = difference.path
    let verdict = knowledge.verdict(path, here: difference.here, there: difference.there)
    let isChangedHere = knowledge.isChangedHere(path)
    if verdict == .open, let there = difference.there {
      open.add(path, there, isChangedHere: isChangedHere ?? true)
    }
    candidates[path] = Candidate(
      isChangedHere: isChangedHere ?? (difference.here != nil), hasContent: true,
      there: Candidate.There(entry: difference.there, isChanged: verdict != .unchanged))
    candidates[path]?.sum = difference.sum
  }

  /// Takes the paths whose open versions are this machine's own.
  package mutating func resolve(known: Set<FilePath>) {
    for path in known {
      candidates[path]?.there?.isChanged = false
      candidates[path]?.isChangedHere = true
    }
    open = OpenVersions()
  }
}

extension ComparedCandidates.Knowledge {
  /// Whether the path changed on this machine since the base; nil where that is not known.
  func isChangedHere(_ path: FilePath) -> Bool? {
    changedHere.map { $0.contains(path) }
  }

  func verdict(_ path: FilePath, here: Entry?, there entry: Entry?) -> ComparedCandidates.Verdict {
    let change = there?[path]
    if isAgreed { return change.map { $0.isOwn ? .unchanged : .changed } ?? .unchanged }
    if chosenThere.contains(path) { return .changed }
    if entry != nil, path.selfAndAround.contains(where: formerBoundaries.contains) {
      return .changed
    }
    if entry != nil, path.selfAndAround.contains(where: formerSnaps.contains) { return .open }
    guard let change else {
      if entry == nil || (there != nil && isSameFilter) { return .unchanged }
      return .open
    }
    if change.isOwn { return .unchanged }
    return entry == nil ? .changed : .open
  }
}
