/// The target's whole answer to a `LookRequest`.
package struct TargetView: Sendable {
  package private(set) var survey: MachineSurvey?
  /// In the order of the request.
  package private(set) var folders: [FolderFindings] = []

  package init() {}

  /// Takes the next line.
  package mutating func add(line: [UInt8]) throws {
    let reply = try LookReply(line: line)
    switch reply {
    case .survey(let survey): self.survey = survey
    case .folder(let index, let reason, let preSync):
      guard index == folders.count else { throw WireError() }
      folders.append(FolderFindings(reason: reason, preSync: preSync))
    default:
      guard !folders.isEmpty else { throw WireError() }
      folders[folders.count - 1].add(reply)
    }
  }
}
