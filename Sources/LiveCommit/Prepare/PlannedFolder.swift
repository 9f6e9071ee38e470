package import FileTrees
import PCSCore
package import SystemPackage

/// The changes of one folder of a subvolume, and the places of the folder.
package struct PlannedFolder: Sendable, Equatable {
  /// The folder's path in the subvolume.
  package let place: FilePath
  /// The folder's absolute path, for messages.
  package let path: FilePath
  package internal(set) var changes: FolderChanges

  package init(_ place: FilePath, at path: FilePath, _ changes: FolderChanges) {
    self.place = place
    self.path = path
    self.changes = changes
  }

  /// Throws `WireError`.
  package init(bytes: [UInt8]) throws(WireError) {
    var reader = ByteReader(bytes)
    self = try reader.plannedFolder()
    guard reader.isAtEnd else { throw WireError() }
  }

  package var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.put(self)
    return writer.bytes
  }

  /// The absolute path of an entry of the subvolume; nil for one outside the folder.
  func shown(_ inside: FilePath) -> FilePath? { inside.relative(to: place).map(path.pushing) }
}

extension ByteWriter {
  package mutating func put(_ folder: PlannedFolder) {
    put(folder.place)
    put(folder.path.bytes)
    put(folder.changes)
  }
}

extension ByteReader {
  package mutating func plannedFolder() throws(WireError) -> PlannedFolder {
    PlannedFolder(try path(), at: FilePath(bytes: try text()), try folderChanges())
  }
}
