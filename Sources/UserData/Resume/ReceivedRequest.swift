package import FileTrees
import LiveCommit
import PCSCore
package import SystemPackage

/// Asks the target which files an interrupted sync has received.
package struct ReceivedRequest: Codable, Sendable {
  /// The place of the subvolume among those of the session.
  package let subvolume: Int
  /// The session that was interrupted.
  package let session: String
  /// Whether the target reads the files, since they may be damaged.
  package let readsContent: Bool

  package init(subvolume: Int, session: String, readsContent: Bool) {
    self.subvolume = subvolume
    self.session = session
    self.readsContent = readsContent
  }
}

/// Some of the files that an interrupted sync has received: one line of the target's answer.
package struct ReceivedBatch: Sendable, Equatable {
  /// A file that is large enough to be compared block by block.
  package struct Large: Sendable, Equatable {
    /// The digest of its path in the subvolume.
    package var digest: ContentDigest
    /// The path, where the target knows it.
    package var path: FilePath?
    package var size: UInt64
  }

  package var keys: [ReceivedKey] = []
  /// The hints of the keys without content, where `keys` are with content.
  package var hints: [UInt64] = []
  package var large: [Large] = []
  /// The bytes of the files.
  package var bytes: UInt64 = 0

  package init() {}

  static let most = 4096

  package var line: [UInt8] {
    var writer = ByteWriter()
    writer.put(keys.flatMap(\.bytes))
    writer.put(hints) { $0.put($1) }
    writer.put(large) { writer, file in
      writer.put(file.digest.bytes)
      writer.put(file.path != nil)
      if let path = file.path { writer.put(path) }
      writer.put(file.size)
    }
    writer.put(bytes)
    return writer.line
  }

  package init(line: [UInt8]) throws(WireError) {
    var reader = try ByteReader(line: line)
    keys = try ReceivedKey.list(reader.text())
    hints = try reader.list { reader throws(WireError) in try reader.number() }
    large = try reader.list { reader throws(WireError) in
      guard let digest = ContentDigest(try reader.text()) else { throw WireError() }
      let path = try reader.flag() ? try reader.path() : nil
      return Large(digest: digest, path: path, size: try reader.number())
    }
    bytes = try reader.number()
    guard reader.isAtEnd else { throw WireError() }
  }
}

extension InterruptedPreparation {
  /// Passes on what was received, a batch at a time.
  ///
  /// A file that cannot be read is left out: the source sends it again.
  func answer(readsContent: Bool, _ answer: (ReceivedBatch) throws -> Void) throws {
    var batch = ReceivedBatch()
    try eachFile { file in
      var key = ReceivedKey(path: file.digest, size: file.size, modified: file.modified)
      if readsContent {
        guard let content = try? ContentDigest(of: file.open()) else { return }
        batch.hints.append(key.hint)
        key = key.with(content)
      }
      batch.keys.append(key)
      batch.bytes += file.size
      if file.size >= ChangedContents.smallest {
        batch.large.append(.init(digest: file.digest, path: file.path, size: file.size))
      }
      guard batch.keys.count >= ReceivedBatch.most else { return }
      try answer(batch)
      batch = ReceivedBatch()
    }
    if !batch.keys.isEmpty { try answer(batch) }
  }
}
