import FileTrees
package import SystemPackage

/// In what order things can be renamed one by one so that each is at last where it belongs.
package struct RenameSchedule: Sendable, Equatable {
  /// In order; each says where the thing is by then.
  package private(set) var steps: [Rename] = []
  /// What cannot be done so, as where two names are exchanged; from and to as they were given.
  package private(set) var rest: [Rename] = []
  /// Where everything is after the steps.
  package private(set) var places = RenamedPaths()

  /// `isOccupied` says whether a path of the base is in the way: something stays there, or it is
  /// a directory, or what comes is one; `isFile` whether it is something that nothing can be in.
  package init(
    _ renames: [Rename], isOccupied: (_ path: FilePath, _ byDirectory: Bool) throws -> Bool,
    isFile: (FilePath) throws -> Bool
  ) rethrows {
    var pending = renames.sorted {
      ($0.to.components.count, $0.to.string) < ($1.to.components.count, $1.to.string)
    }
    var leaving = Set(pending.map(\.from))
    var coming = Set(pending.map(\.to))
    while true {
      var waiting: [Rename] = []
      for rename in pending {
        let around = rename.to.selfAndAround.dropFirst()
        let isEntangled =
          try leaving.contains(rename.to)
          || around.contains { path in
            try leaving.contains(path) || coming.contains(path)
              || places.origin(of: path).map(isFile) ?? false
          }
        let origin = places.origin(of: rename.to)
        if try isEntangled || origin.map({ try isOccupied($0, rename.isDirectory) }) ?? false {
          waiting.append(rename)
          continue
        }
        carryOut(rename)
        leaving.remove(rename.from)
        coming.remove(rename.to)
      }
      if waiting.count == pending.count { break }
      pending = waiting
    }
    rest = pending
  }

  private mutating func carryOut(_ rename: Rename) {
    let now = places.place(of: rename.from)
    steps.append(Rename(from: now, to: rename.to, isDirectory: rename.isDirectory))
    places.add(from: rename.from, to: rename.to)
  }
}
