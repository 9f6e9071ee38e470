import EditorState
package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// State databases in open files.
package enum StateFile {
  static func read<Value>(
    _ file: EntryHandle, _ body: (StateDatabase) throws -> Value
  ) throws -> Value {
    let descriptor = try file.open(O_RDONLY)
    return try descriptor.closeAfter { try body(StateDatabase(descriptor)) }
  }

  /// The digest of what machines share of a file: of a state database without the machine's own
  /// rows, of any other file as it is.
  package static func digest(
    of file: EntryHandle, at path: FilePath, among states: StatePaths
  ) throws -> ContentDigest {
    guard states.fits(path) else { return try ContentDigest(of: file) }
    do {
      return try read(file) { try $0.sharedDigest() }
    } catch is StateDatabaseError {
      return try ContentDigest(of: file)
    }
  }

  /// Replaces in `file`, which came from the source, the source's own rows by those of `mine`, the
  /// version of this machine; with nil by none.
  ///
  /// Returns its size then; its time of modification stays as it was.
  static func merge(_ mine: EntryHandle?, into file: EntryHandle) throws -> UInt64 {
    let modified = try file.read().attributes.modified
    do {
      try file.withContent { descriptor in
        let database = try StateDatabase(descriptor, forWriting: true)
        guard let mine, try mine.read().kind == .file else {
          return try database.replaceOwnRows(by: nil)
        }
        try read(mine) { try database.replaceOwnRows(by: $0) }
      }
    } catch let error as StateDatabaseError {
      throw StateMergeError(path: file.path, reason: error.description)
    }
    try file.applyTime(modified)
    return try file.read().size
  }
}

/// A state database could not be merged though it was found to be sound; nothing was committed.
struct StateMergeError: ToolError, Equatable {
  let path: FilePath
  let reason: String

  var id: String { "user_data.state_database" }
  var description: String { "\(path): cannot be merged: \(reason)" }
}
