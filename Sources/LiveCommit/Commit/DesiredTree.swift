import FileTrees
import PCSCore
import SystemPackage

/// The tree of a subvolume as a commit is to leave it.
///
/// It exists as a snapshot, or as plans with prepared entries. Paths are those of the subvolume.
protocol DesiredTree {
  /// How it differs from the pre-sync snapshot, and the new directories that come with all files
  /// that are in them: see `SnapshotDiff.changesOfDirectories`.
  func changes(
    since before: Directory
  ) throws -> (changes: [Change], newWithin: [FilePath: Set<[UInt8]>])

  /// Every name of a file, one of which is `path`.
  func paths(of inode: UInt64, at path: FilePath) throws -> [FilePath]

  /// The outermost prepared directory at or around a path; nil when there is none.
  func preparedDirectory(around path: FilePath) -> FilePath?

  /// The entries that lie in the preparation directory.
  var prepared: PreparedEntries { get }

  func entry(at path: FilePath) throws -> Entry?

  /// At least the files that are new in a new directory.
  func names(in directory: FilePath) throws -> [FilePath]

  func digest(of path: FilePath) throws -> ContentDigest?

  /// The name under which a file is prepared: of a file with several names that come one by one, the
  /// first.
  func firstName(of path: FilePath) -> FilePath

  /// Makes `name` like what is at a path and was not prepared; returns it open.
  ///
  /// Returns nil for a further name of a file that is there before.
  func make(
    _ path: FilePath, _ entry: Entry, as name: FilePath, in directory: Directory
  ) throws -> EntryHandle?

  /// Gives a new directory the flags that it is to have, and no others.
  func carryFlags(of directory: FilePath, to made: EntryHandle) throws

  /// Gives something live the flags that it is to have besides its own.
  func addFlags(of path: FilePath, to live: EntryHandle) throws
}
