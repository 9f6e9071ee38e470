import Btrfs
import FileTrees
import FoundationEssentials
package import PCSCore
package import SystemPackage

/// What is on disk of a commit from before its first write to after its last one: the file of
/// `WaitingCommit`, with all that it takes to complete it.
///
/// Where something was staged it does not say what is to be done: the difference of two read-only
/// snapshots tells that again.
package struct CommitJournal {
  package var waiting: WaitingCommit
  package var parts: [CommitPart]
  /// The goals of the parts for which everything new was prepared: in a file beside.
  var goals: [PreparedGoal?]

  /// The journal of a commit that waits.
  package init(of session: String, in commits: WaitingCommits) throws {
    let path = commits.path(of: session)
    let bytes = try FileContent.readRegular(path, limit: 64 << 20, followingLinks: false)
    do {
      self = try JSONDecoder().decode(CommitJournal.self, from: Data(bytes))
      goals =
        parts.contains { $0.goal == .prepared }
        ? try GoalFile.read(commits.goals(of: session)) : parts.map { _ in nil }
      guard goals.count == parts.count else { throw WireError() }
    } catch {
      throw CommitError.noJournal(path, session: session)
    }
  }

  package init(_ request: CommitRequest) {
    waiting = request.waiting
    parts = request.parts
    goals = request.goals
  }

  /// Writes the goals, which no commit changes once it has begun.
  func writeGoals(in commits: WaitingCommits) throws {
    guard goals.contains(where: { $0 != nil }) else { return }
    try commits.prepare()
    try GoalFile.write(goals, to: commits.goals(of: waiting.sessionID))
  }

  func write(in commits: WaitingCommits) throws {
    try commits.write(self, of: waiting.sessionID)
  }
}

extension CommitJournal: Codable {
  private enum CodingKeys: String, CodingKey { case parts }

  package init(from decoder: any Decoder) throws {
    waiting = try WaitingCommit(from: decoder)
    goals = []
    parts = try decoder.container(keyedBy: CodingKeys.self).decode(
      [CommitPart].self, forKey: .parts)
  }

  package func encode(to encoder: any Encoder) throws {
    try waiting.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parts, forKey: .parts)
  }
}

extension CommitJournal {
  /// Where a subvolume is seen on this machine: what of a folder's path is not within it.
  package func root(of subvolume: String) -> FilePath {
    for part in parts where part.subvolume == subvolume {
      for folder in waiting.folders where folder.subvolume == subvolume {
        var root = FilePath(folder.path)
        for prefix in part.prefixes where root.ends(with: prefix) {
          for _ in prefix.components { root.removeLastComponent() }
          return root
        }
      }
    }
    return FilePath(subvolume)
  }

  /// Deletes the stages: of a commit that is done.
  package func deleteStages() throws {
    for part in parts {
      guard case .stage(let identity) = part.goal else { continue }
      let path = FilePath(identity.path)
      guard let name = path.lastComponent,
        let folder = try Directory.ifPresent(path.removingLastComponent()),
        let stage = try folder.opening(name.string),
        try Subvolume(at: stage).uuid.description == identity.uuid
      else { continue }
      try Subvolume.delete(name.string, in: folder)
    }
  }
}
