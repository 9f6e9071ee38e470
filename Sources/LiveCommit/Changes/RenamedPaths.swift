import FileTrees
package import SystemPackage

/// Where things are after some renames, each from its place before to its place at last.
package struct RenamedPaths: Sendable, Equatable {
  private var places: [FilePath: FilePath] = [:]
  private var origins: [FilePath: FilePath] = [:]

  package init() {}

  package var isEmpty: Bool { places.isEmpty }

  /// Where what was at `path` is now: the nearest directory around it that was moved decides.
  package func place(of path: FilePath) -> FilePath {
    for around in path.selfAndAround {
      if let place = places[around], let rest = path.relative(to: around) {
        return place.pushing(rest)
      }
    }
    return path
  }

  /// Where what is at `path` now was before; nil when nothing of before can be there.
  package func origin(of path: FilePath) -> FilePath? {
    for around in path.selfAndAround {
      if let origin = origins[around], let rest = path.relative(to: around) {
        let before = origin.pushing(rest)
        let moved = before.selfAndAround.prefix { $0 != origin }
        return moved.contains { places[$0] != nil } ? nil : before
      }
      if places[around] != nil { return nil }
    }
    return path
  }

  /// Whether something was moved to `path` itself, and not with a directory around it.
  package func isMoved(to path: FilePath) -> Bool { origins[path] != nil }

  package mutating func add(from: FilePath, to: FilePath) {
    places[from] = to
    origins[to] = from
  }
}
