import Btrfs
import FileTrees
import FoundationEssentials
import Glibc
import LiveCommit
import PCSCore
import SystemPackage

/// What others had changed on the target when a commit ended, and when that was.
///
/// A commit of much is looked through at its own end, so that the next sync need not do it: it is
/// kept beside the record of the commit.
struct Settlement: Codable {
  /// A path of the subvolume that is different.
  struct Difference: Codable {
    enum Kind: String, Codable {
      case content, linked, attributes, times, deleted
    }

    var path: Data
    var kind: Kind
    var isDirectory: Bool
  }

  /// The moment in the life of the subvolume: see `RecentInodes.Moment`.
  var generation: UInt64
  var seconds: Int64
  var nanoseconds: UInt32
  var differences: [Difference]

  /// So few paths are looked through by the next sync in no time.
  static let leastPaths = 2000

  var moment: RecentInodes.Moment {
    RecentInodes.Moment(generation: generation, seconds: seconds, nanoseconds: nanoseconds)
  }

  private static func path(of session: String, _ subvolume: String) -> FilePath {
    CommitRecord.path(of: session, "\(subvolume).settled")
  }

  /// What was found at the end of a session's commit; nil when nobody looked.
  init?(of session: String, _ subvolume: String) throws {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileContent.readRegular(
        Self.path(of: session, subvolume), limit: 64 << 20, followingLinks: false)
    } catch {
      if error.errno == .noSuchFileOrDirectory { return nil }
      throw error
    }
    self = try JSONDecoder().decode(Settlement.self, from: Data(bytes))
  }

  /// Looks through what changed in `folders` of a live subvolume since `preSync`, but for what the
  /// commit of `record` did; `snapshot` is one of the subvolume as it is now.
  ///
  /// nil when a folder is not the one that it was.
  init?(
    folders: [FilePath], since preSync: Directory, snapshot: Directory, record: CommitRecord
  ) throws {
    let subvolume = try Subvolume(at: snapshot)
    generation = subvolume.generation
    seconds = subvolume.creation
    nanoseconds = subvolume.creationNanoseconds
    differences = []
    if try record.isAll(between: preSync, and: snapshot) { return }
    for folder in folders {
      let diff = FolderDiff(base: preSync, new: snapshot, inside: folder)
      guard let changes = try diff.changes(besides: record) else { return nil }
      differences += changes.map { change in
        Difference(
          path: Data(folder.pushing(change.path).bytes), kind: Difference.Kind(change.operation),
          isDirectory: change.isDirectory)
      }
    }
  }

  func write(for session: String, _ subvolume: String) throws {
    try Durable.replace(
      Self.path(of: session, subvolume), with: Array(try JSON.encoder.encode(self)))
  }

  /// The differences in one folder.
  func changes(in folder: FilePath) -> [FolderChange] {
    differences.compactMap { difference in
      let path = FilePath(bytes: difference.path)
      guard let place = path.relative(to: folder) else { return nil }
      return FolderChange(difference.kind.operation, place, isDirectory: difference.isDirectory)
    }
  }
}

extension Settlement.Difference.Kind {
  /// What was renamed is taken apart before.
  fileprivate init(_ operation: FolderChange.Operation) {
    self =
      switch operation {
      case .content, .renamed: .content
      case .linked: .linked
      case .attributes: .attributes
      case .times: .times
      case .deleted: .deleted
      }
  }

  fileprivate var operation: FolderChange.Operation {
    switch self {
    case .content: .content
    case .linked: .linked
    case .attributes: .attributes
    case .times: .times
    case .deleted: .deleted
    }
  }
}
