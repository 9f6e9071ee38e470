package import FileTrees
import FoundationEssentials
package import PCSCore
package import SystemPackage

/// Files of a folder of which the source wants to know the content.
package struct DigestRequest: Codable, Sendable {
  private var folderBytes: Data
  private var pathBytes: [Data]
  /// The pre-sync snapshots of the session, of both machines; empty for the live folder.
  package var snapshots: [Snapshot]

  package var folder: FilePath { FilePath(bytes: folderBytes) }
  /// Relative to the folder.
  package var paths: [FilePath] { pathBytes.map { FilePath(bytes: $0) } }

  package init(folder: FilePath, paths: [FilePath], snapshots: [Snapshot]) {
    folderBytes = Data(folder.bytes)
    pathBytes = paths.map { Data($0.bytes) }
    self.snapshots = snapshots
  }

  /// Hands on what each file comes to, in order.
  package func answer(_ answer: (ContentDigest) throws -> Void) throws {
    let tree = EntryTree(try FolderView(folder, asked: snapshots).folder)
    let states = StatePaths(of: folder)
    for path in paths {
      guard let file = try tree.handle(at: path) else {
        throw FileError(folder.pushing(path), "cannot open", .noSuchFileOrDirectory)
      }
      try answer(StateFile.digest(of: file, at: path, among: states))
    }
  }

  /// What the lines of an answer say, in the order of the paths.
  package func digests(_ lines: [[UInt8]]) throws(WireError) -> [ContentDigest] {
    guard lines.count == paths.count else { throw WireError() }
    var digests: [ContentDigest] = []
    for line in lines { digests.append(try ContentDigest(line: line)) }
    return digests
  }
}

extension ContentDigest {
  /// As a line without LF.
  package var line: [UInt8] { Array(Data(bytes).base64EncodedString().utf8) }

  fileprivate init(line: [UInt8]) throws(WireError) {
    guard let bytes = Data(base64Encoded: Data(line)), let digest = Self(Array(bytes)) else {
      throw WireError()
    }
    self = digest
  }
}
