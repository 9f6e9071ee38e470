import Btrfs
import CLinux
package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// Where something lies in the preparation directory.
package struct PreparedPlace {
  package let directory: Directory
  package let name: FilePath
}

extension PreparationDirectory {
  /// The place of a new entry that goes to `path`; nil when the new directory that it is in is not
  /// there any more.
  func prepared(_ path: FilePath, of desired: some DesiredTree) throws -> PreparedPlace? {
    try prepared(path, in: desired.preparedDirectory(around: path))
  }

  /// The same of an entry of which the outermost new directory around it is known.
  func prepared(_ path: FilePath, in outermost: FilePath?) throws -> PreparedPlace? {
    guard let outermost else {
      return PreparedPlace(directory: directory, name: Self.name(.content, of: path))
    }
    let name = Self.name(.directory, of: outermost)
    guard let rest = path.relative(to: outermost), let last = rest.lastComponent else {
      return PreparedPlace(directory: directory, name: name)
    }
    let around = name.pushing(rest.removingLastComponent())
    guard let inner = try EntryTree(directory).directory(at: around) else { return nil }
    return PreparedPlace(directory: inner, name: FilePath(root: nil, [last]))
  }

  /// Removes what was prepared and not put in place.
  func discardPrepared() throws {
    for name in try directory.entries() where Self.isPrepared(name) {
      try TreeRemoval.remove(name, in: directory)
    }
  }

  private static func isPrepared(_ name: FilePath) -> Bool {
    let purposes = [Purpose.content, .directory].map { Array("\($0.rawValue)-".utf8) }
    return purposes.contains(where: name.bytes.starts(with:)) || name == linkedFiles
      || Receipt.isName(name) || isReceived(name)
  }

  /// Holds a name of each file with several names, until all of them are made.
  static let linkedFiles: FilePath = "links"
}

extension PreparationDirectory {
  /// Removes the directories at the top of a subvolume in which earlier sessions prepared something
  /// and did not come to the commit; returns the sessions, with the reason where one is known.
  ///
  /// One that a later sync can reuse is removed only if `isRemoved` says so.
  static func removeUnfinished(
    in root: Directory, besidesThoseOf sessions: Set<String>, _ isRemoved: (Receipt) -> Bool
  ) throws -> [(session: String, reason: String?)] {
    let subvolume = try Subvolume(at: root).uuid.description
    var removed: [(session: String, reason: String?)] = []
    for session in try Self.sessions(in: root) where !sessions.contains(session) {
      guard let found = try PreparationDirectory(root, ifPresent: session) else { continue }
      let use = try use(of: found.directory, subvolume: subvolume)
      if case .possible(let one) = use, !isRemoved(one.receipt) { continue }
      try found.discardPrepared()
      guard try found.directory.entries().isEmpty else { continue }
      _ = try found.remove()
      removed.append((session, use.reason))
    }
    return removed
  }
}
