import FileTrees
import PCSCore
import SystemPackage

/// The goal of a commit of prepared entries: the plans of the folders of a subvolume, and the entries.
package struct PreparedGoal: Sendable, Equatable {
  package var folders: [PlannedFolder]
  package var entries: PreparedEntries

  package init(_ folders: [PlannedFolder], _ entries: PreparedEntries) {
    self.folders = folders
    self.entries = entries
  }
}

/// The file beside the journal of a commit that has the goals of its parts.
///
/// It grows with the plans; the journal stays small. It is written before the journal and removed
/// after it.
enum GoalFile {
  private static let magic = Array("pcs-goals 2\n".utf8)

  static func write(_ goals: [PreparedGoal?], to path: FilePath) throws {
    try Durable.replace(path) { file in
      try file.writeAll(magic)
      var writer = ByteWriter()
      writer.put(UInt64(goals.count))
      for goal in goals {
        writer.put(goal != nil)
        guard let goal else { continue }
        writer.put(goal.folders) { $0.put($1) }
        try writer.put(goal.entries) { try $0.flush(to: file) }
      }
      try writer.flush(to: file, least: 0)
    }
  }

  static func read(_ path: FilePath) throws -> [PreparedGoal?] {
    let bytes = try FileContent.readRegular(path, limit: 4 << 30, followingLinks: false)
    guard bytes.starts(with: magic) else { throw WireError() }
    var reader = ByteReader(bytes.dropFirst(magic.count))
    let goals = try reader.list { reader throws(WireError) -> PreparedGoal? in
      guard try reader.flag() else { return nil }
      let folders = try reader.list { reader throws(WireError) in try reader.plannedFolder() }
      return PreparedGoal(folders, try reader.preparedEntries())
    }
    guard reader.isAtEnd else { throw WireError() }
    return goals
  }
}
