import FileTrees
import PCSCore
import SystemPackage

/// The goal of a commit of prepared entries: the changes of the folders of a subvolume, and the
/// entries.
package struct PreparedGoal {
  package var folders: [PlannedFolder]
  package var entries: PreparedEntries

  package init(_ folders: [PlannedFolder], _ entries: PreparedEntries) {
    self.folders = folders
    self.entries = entries
  }
}

/// The file beside the journal of a commit that has the goals of its parts.
///
/// It grows with the changes; the journal stays small. It is written before the journal and removed
/// after it. Its first block has the goals; those of their directories follow.
enum GoalFile {
  private static let magic = Array("pcs-goals 3\n".utf8)

  static func write(_ goals: [PreparedGoal?], to path: FilePath) throws {
    var writer = ByteWriter()
    writer.putBlock { $0.put(goals) { $0.put($1) } }
    try Durable.replace(path) { file in
      try file.writeAll(magic)
      try writer.flush(to: file, least: 0)
      for goal in goals { try goal?.entries.list?.copy(to: file) }
    }
  }

  static func read(_ path: FilePath) throws -> [PreparedGoal?] {
    guard let file = try BlockFile(reading: path, magic: magic) else {
      throw FileError(path, "cannot open", .noSuchFileOrDirectory)
    }
    var (reader, start) = try file.firstBlock()
    let goals = try reader.list { reader throws(WireError) in
      try reader.preparedGoal(file, at: &start)
    }
    guard reader.isAtEnd, start == file.length else { throw WireError() }
    return goals
  }
}

extension ByteWriter {
  fileprivate mutating func put(_ goal: PreparedGoal?) {
    put(goal != nil)
    guard let goal else { return }
    put(goal.folders) { $0.put($1) }
    put(Array(goal.entries.files)) { writer, file in
      writer.put(file.key)
      writer.put(file.value)
    }
    put(Array(goal.entries.named)) { writer, named in
      writer.put(named.key)
      writer.put(named.value.inode)
      writer.put(named.value.outermost)
      writer.put(named.value.blocks.lowerBound)
      writer.put(UInt64(named.value.blocks.count))
    }
    put(goal.entries.list?.length ?? 0)
  }
}

extension ByteReader {
  /// `start` is the place in `list` of the blocks of the directories, and behind them afterwards.
  fileprivate mutating func preparedGoal(
    _ list: BlockFile, at start: inout UInt64
  ) throws(WireError) -> PreparedGoal? {
    guard try flag() else { return nil }
    let folders = try self.list { reader throws(WireError) in try reader.plannedFolder() }
    let files = try self.list { reader throws(WireError) in (try reader.path(), try reader.number())
    }
    let first = start
    let named = try self.list { reader throws(WireError) in
      (try reader.path(), try reader.named(from: first, in: list))
    }
    let length = try number()
    guard length <= list.length - start else { throw WireError() }
    start += length
    return PreparedGoal(
      folders,
      PreparedEntries(
        files: Dictionary(files) { $1 }, named: Dictionary(named) { $1 }, list: list))
  }

  private mutating func named(
    from start: UInt64, in list: BlockFile
  ) throws(WireError) -> PreparedEntries.Named {
    let (inode, outermost) = (try number(), try path())
    let (place, length) = (try number(), try number())
    guard place <= list.length - start, length <= list.length - start - place else {
      throw WireError()
    }
    return PreparedEntries.Named(
      inode: inode, outermost: outermost, blocks: start + place..<start + place + length)
  }
}
