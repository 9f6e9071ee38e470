package import FileTrees
import FoundationEssentials
import LiveCommit
import PCSCore
package import SystemPackage

/// Asks the target for the blocks of files that an interrupted sync has received.
package struct ReceivedBlocksRequest: Codable, Sendable {
  package struct File: Codable, Sendable {
    private var bytes: Data
    package let blockSize: UInt64

    /// Its path in the subvolume by then.
    package var path: FilePath { FilePath(bytes: bytes) }

    package init(_ path: FilePath, blockSize: UInt64) {
      bytes = Data(path.bytes)
      self.blockSize = blockSize
    }
  }

  package let subvolume: Int
  package let session: String
  package let files: [File]

  package init(subvolume: Int, session: String, files: [File]) {
    self.subvolume = subvolume
    self.session = session
    self.files = files
  }

  /// Reads the lines of an answer, in the order of the files; nil for a file that cannot be read.
  package func digests(_ lines: [[UInt8]]) throws(WireError) -> [BlockDigests?] {
    guard lines.count == files.count else { throw WireError() }
    var digests: [BlockDigests?] = []
    for (line, file) in zip(lines, files) {
      var reader = try ByteReader(line: line)
      guard try reader.flag() else {
        digests.append(nil)
        continue
      }
      digests.append(
        try BlockDigests(
          size: reader.number(), blockSize: file.blockSize, bytes: reader.text()))
      guard reader.isAtEnd else { throw WireError() }
    }
    return digests
  }
}

extension InterruptedPreparation {
  /// Passes on a line for each file.
  func answer(_ request: ReceivedBlocksRequest, _ answer: ([UInt8]) throws -> Void) throws {
    for file in request.files {
      guard file.blockSize >= 4096, file.blockSize <= 1 << 30 else { throw WireError() }
      var writer = ByteWriter()
      let digests = digests(of: file)
      writer.put(digests != nil)
      if let digests {
        writer.put(digests.size)
        writer.put(digests.bytes)
      }
      try answer(writer.line)
    }
  }

  /// nil for a file that is not there or cannot be read.
  private func digests(of file: ReceivedBlocksRequest.File) -> BlockDigests? {
    guard let place = try? place(of: file.path),
      let handle = try? EntryHandle(reading: place.name, in: place.directory),
      let entry = try? handle.read(), entry.kind == .file, entry.links == 1
    else { return nil }
    return try? BlockDigests(ContentReader(handle, entry), blockSize: file.blockSize)
  }
}
