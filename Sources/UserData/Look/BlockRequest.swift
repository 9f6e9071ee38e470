package import FileTrees
import FoundationEssentials
package import PCSCore
package import SystemPackage

/// Files of a folder of which the source wants to know where they differ from its own.
package struct BlockRequest: Codable, Sendable {
  private var folderBytes: Data
  private var pathBytes: [Data]
  private var blockSizes: [UInt64]
  /// The pre-sync snapshots of the session, of both machines.
  private var snapshots: [Snapshot]

  /// `files` are paths relative to the folder, with the sizes of their blocks.
  package init(
    folder: FilePath, files: [(path: FilePath, blockSize: UInt64)], snapshots: [Snapshot]
  ) {
    folderBytes = Data(folder.bytes)
    pathBytes = files.map { Data($0.path.bytes) }
    blockSizes = files.map(\.blockSize)
    self.snapshots = snapshots
  }

  /// Passes on a line for each file.
  package func answer(_ answer: ([UInt8]) throws -> Void) throws {
    let folder = FilePath(bytes: folderBytes)
    let tree = EntryTree(try FolderView(folder, asked: snapshots).folder)
    guard pathBytes.count == blockSizes.count else { throw WireError() }
    for (bytes, blockSize) in zip(pathBytes, blockSizes) {
      let path = FilePath(bytes: bytes)
      guard blockSize >= 4096, blockSize <= 1 << 30 else { throw WireError() }
      let digests = try BlockDigests(of: path, in: tree, blockSize: blockSize)
      var writer = ByteWriter()
      writer.put(digests.size)
      writer.put(digests.bytes)
      try answer(writer.line)
    }
  }

  /// What the lines of an answer say, in the order of the files.
  package func digests(_ lines: [[UInt8]]) throws(WireError) -> [BlockDigests] {
    guard lines.count == blockSizes.count else { throw WireError() }
    var digests: [BlockDigests] = []
    for (line, blockSize) in zip(lines, blockSizes) {
      var reader = try ByteReader(line: line)
      digests.append(
        try BlockDigests(size: reader.number(), blockSize: blockSize, bytes: reader.text()))
      guard reader.isAtEnd else { throw WireError() }
    }
    return digests
  }
}
