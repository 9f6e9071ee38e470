import FileTrees

/// The target's whole answer to a `LookRequest` and to the `ProbeRequest` after it.
package struct TargetView: Sendable {
  package private(set) var survey: MachineSurvey?
  /// In the order of the request.
  package private(set) var folders: [FolderFindings] = []
  /// What comes next is about this one.
  private var current = -1

  package init() {}

  /// Takes the next line.
  package mutating func add(line: [UInt8]) throws {
    let reply = try LookReply(line: line)
    switch reply {
    case .survey(let survey): self.survey = survey
    case .folder(let index, let reason, let hasHistory, let preSync):
      guard index == folders.count else { throw WireError() }
      folders.append(FolderFindings(reason: reason, hasHistory: hasHistory, preSync: preSync))
      current = index
    case .more(let index): current = index
    default:
      guard folders.indices.contains(current) else { throw WireError() }
      folders[current].add(reply)
    }
  }
}
