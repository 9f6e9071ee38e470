import Btrfs
import CLinux
import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// Where something lies in the preparation directory.
struct PreparedPlace {
  let directory: Directory
  let name: FilePath
}

extension PreparationDirectory {
  /// The place of a new entry that goes to `path`; nil when the new directory that it is in is not
  /// there any more.
  func prepared(_ path: FilePath, of stage: some Stage) throws -> PreparedPlace? {
    try prepared(path, in: stage.preparedDirectory(around: path))
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
    for name in try directory.entries() where Self.isPrepared(name) { try removeTree(name) }
  }

  private static func isPrepared(_ name: FilePath) -> Bool {
    let purposes = [Purpose.content, .directory].map { Array("\($0.rawValue)-".utf8) }
    return purposes.contains(where: name.bytes.starts(with:)) || name == linkedFiles
  }

  /// Holds a name of each file with several names, until all of them are made.
  static let linkedFiles: FilePath = "links"

  /// Removes an entry with all that is in it.
  ///
  /// Directories come to the top of this one first, so that
  /// few are open however deep they lie.
  private func removeTree(_ name: FilePath) throws {
    var pending = [name]
    var number = 0
    while let next = pending.popLast() {
      guard let inner = try EntryTree(directory).directory(at: next) else {
        try remove(next)
        continue
      }
      for item in try DirectoryListing.items(in: inner.descriptor, inner.path) {
        let place = PreparedPlace(directory: inner, name: item.name)
        guard item.isDirectory else {
          try remove(place)
          continue
        }
        pending.append(try moveUp(place, number: &number))
      }
      try remove(next)
    }
  }

  private func remove(_ place: PreparedPlace) throws(FileError) {
    let result = place.name.withPlatformString {
      unlinkat(place.directory.descriptor.rawValue, $0, 0)
    }
    guard result == 0 else {
      throw FileError(
        place.directory.path.pushing(place.name), "cannot remove", Errno(rawValue: errno))
    }
  }

  /// Moves a directory to the top of this one, under a name that is free.
  private func moveUp(
    _ place: PreparedPlace, number: inout Int
  ) throws(FileError) -> FilePath {
    while true {
      let name = FilePath("\(Purpose.directory.rawValue)-gone-\(number)")
      number += 1
      let result = place.name.withPlatformString { old in
        name.withPlatformString { new in
          pcs_renameat2(
            place.directory.descriptor.rawValue, old, directory.descriptor.rawValue, new, 1)
        }
      }
      if result == 0 { return name }
      guard errno == EEXIST else {
        throw FileError(
          place.directory.path.pushing(place.name), "cannot rename", Errno(rawValue: errno))
      }
    }
  }
}

extension PreparationDirectory {
  /// Removes the directories at the top of a subvolume in which earlier sessions prepared something
  /// and did not come to the commit.
  static func removeUnfinished(
    in root: Directory, besidesThoseOf sessions: Set<String>
  ) throws -> [String] {
    var removed: [String] = []
    for name in try root.entries() where holds(name) {
      let session = String(decoding: name.bytes.dropFirst(prefix.utf8.count), as: UTF8.self)
      guard SessionID.isValid(session), !sessions.contains(session),
        let found = try PreparationDirectory(root, ifPresent: session)
      else { continue }
      try found.discardPrepared()
      guard try found.directory.entries().isEmpty else { continue }
      _ = try found.remove()
      removed.append(session)
    }
    return removed
  }
}
