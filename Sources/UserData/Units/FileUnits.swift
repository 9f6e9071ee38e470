package import LiveCommit
package import SystemPackage

/// The units that candidates belong to, on either machine.
package struct FileUnits: Sendable, Equatable {
  /// By their anchors.
  package private(set) var units: [FilePath: FileUnit] = [:]
  private var anchors: [FilePath: FilePath] = [:]

  package init() {}

  package init(_ units: [FileUnit]) {
    for unit in units { add(unit) }
  }

  /// The unit that a path belongs to.
  package func unit(of path: FilePath) -> FileUnit? {
    anchors[path].flatMap { units[$0] }
  }

  /// Adds members to a unit; a path stays in the unit that it came to first.
  package mutating func add(_ unit: FileUnit) {
    let members = unit.members.filter { anchors[$0].map { $0 == unit.anchor } ?? true }
    for member in members { anchors[member] = unit.anchor }
    units[unit.anchor, default: FileUnit(unit.kind, anchor: unit.anchor, members: [])]
      .members.formUnion(members)
  }

  /// Forgets what is alone.
  package mutating func removeSingles() {
    for (anchor, unit) in units where unit.members.count < 2 {
      units[anchor] = nil
      for member in unit.members { anchors[member] = nil }
    }
  }
}
