import FileTrees
import PCSCore
package import SystemPackage

/// A file that an interrupted sync has received and this one reuses.
package struct ReusedFile: Sendable, Equatable {
  /// The session that was interrupted.
  package let session: String
  /// The path in the subvolume that it was received for; nil when that is its path now.
  package let path: FilePath?
  /// Whether its content is complete; else frames with what differs follow.
  package let isWhole: Bool

  package init(session: String, path: FilePath?, isWhole: Bool) {
    self.session = session
    self.path = path
    self.isWhole = isWhole
  }
}

extension ByteWriter {
  mutating func put(_ file: ReusedFile) {
    put(Array(file.session.utf8))
    put(file.path != nil)
    if let path = file.path { put(path) }
    put(file.isWhole)
  }
}

extension ByteReader {
  mutating func reusedFile() throws(WireError) -> ReusedFile {
    let session = String(decoding: try text(), as: UTF8.self)
    guard SessionID.isValid(session) else { throw WireError() }
    let path = try flag() ? try path() : nil
    return ReusedFile(session: session, path: path, isWhole: try flag())
  }
}
