package import FileTrees
import FoundationEssentials
package import PCSCore
package import SystemPackage

/// What the source wants done to the stage of one folder on the target.
package struct StageRequest: Sendable {
  /// Where, and how far.
  package struct Header: Codable, Sendable {
    package var session: String
    package var peer: SessionRecord.Party
    private var folderBytes: Data
    /// The place of the folder's subvolume among those of the session.
    package var stage: Int
    /// The pre-sync snapshots of the session, of both machines.
    package var snapshots: [Snapshot]
    /// Whether everything but the content of files is put into the stage.
    package var prepares = true
    /// Whether attributes are set and everything is verified.
    package var finishes = true
    /// Whether the session's stages are removed, and nothing else is done.
    package var abandons = false
    /// What is committed once all of it is in the stages.
    package var commit: StagedCommit?

    package var folder: FilePath { FilePath(bytes: folderBytes) }

    package init(
      session: String, peer: SessionRecord.Party, folder: FilePath, stage: Int,
      snapshots: [Snapshot]
    ) {
      self.session = session
      self.peer = peer
      folderBytes = Data(folder.bytes)
      self.stage = stage
      self.snapshots = snapshots
    }
  }

  package var header: Header
  package var plan: MirrorPlan
  /// What the content of each file that was sent comes to.
  package var digests: [FilePath: ContentDigest]
  /// The content of files that comes along because it is small.
  package var contents: [FilePath: [UInt8]] = [:]

  package init(_ header: Header, plan: MirrorPlan, digests: [FilePath: ContentDigest] = [:]) {
    self.header = header
    self.plan = plan
    self.digests = digests
  }
}

extension StageRequest {
  package var bytes: [UInt8] {
    get throws {
      var writer = ByteWriter()
      writer.put(Array(try JSON.encoder.encode(header)))
      writer.put(plan.renames) { writer, rename in
        writer.put(rename.from)
        writer.put(rename.to)
        writer.put(rename.isDirectory)
      }
      writer.put(plan.kept) { writer, kept in
        writer.put(kept.path)
        writer.put(kept.copy)
      }
      writer.put(plan.deletions) { $0.put($1) }
      writer.put(plan.settings) { writer, setting in
        writer.put(setting.path)
        writer.put(setting.entry)
        writer.put(setting.hasContent)
        writer.put(setting.linkedTo != nil)
        writer.put(setting.linkedTo ?? "")
        writer.put(setting.base)
      }
      writer.put(plan.trees) { writer, tree in
        writer.put(tree.path)
        writer.put(tree.entry)
      }
      writer.put(Array(plan.flags)) { writer, flags in
        writer.put(flags.key)
        writer.put(UInt64(flags.value))
      }
      writer.put(Array(digests)) { writer, digest in
        writer.put(digest.key)
        writer.put(digest.value.bytes)
      }
      writer.put(Array(contents)) { writer, content in
        writer.put(content.key)
        writer.put(content.value)
      }
      return writer.bytes
    }
  }

  package init(bytes: [UInt8]) throws {
    var reader = ByteReader(bytes)
    header = try JSONDecoder().decode(Header.self, from: Data(try reader.text()))
    plan = MirrorPlan()
    plan.renames = try reader.list { reader throws(WireError) in
      Rename(from: try reader.path(), to: try reader.path(), isDirectory: try reader.flag())
    }
    plan.kept = try reader.list { reader throws(WireError) in
      MirrorPlan.Copy(path: try reader.path(), copy: try reader.path())
    }
    plan.deletions = try reader.list { reader throws(WireError) in try reader.path() }
    plan.settings = try reader.list { reader throws(WireError) in try reader.setting() }
    plan.trees = try reader.list { reader throws(WireError) in
      MirrorPlan.Tree(path: try reader.path(), entry: try reader.entry())
    }
    plan.flags = Dictionary(
      try reader.list { reader throws(WireError) in (try reader.path(), try reader.number32()) }
    ) { _, last in last }
    digests = try reader.digests()
    contents = Dictionary(
      try reader.list { reader throws(WireError) in (try reader.path(), try reader.text()) }
    ) { _, last in last }
    guard reader.isAtEnd else { throw WireError() }
  }
}

extension StageRequest {
  static func bytes(of requests: [StageRequest]) throws -> [UInt8] {
    var writer = ByteWriter()
    writer.put(try requests.map { try $0.bytes }) { $0.put($1) }
    return writer.bytes
  }

  static func list(bytes: [UInt8]) throws -> [StageRequest] {
    var reader = ByteReader(bytes)
    let requests = try reader.list { reader throws(WireError) in try reader.text() }
    guard reader.isAtEnd else { throw WireError() }
    return try requests.map { try StageRequest(bytes: $0) }
  }
}

extension ByteReader {
  fileprivate mutating func setting() throws(WireError) -> MirrorPlan.Setting {
    var setting = MirrorPlan.Setting(
      path: try path(), entry: try entry(), hasContent: try flag())
    let isLinked = try flag()
    let first = try path()
    if isLinked { setting.linkedTo = first }
    setting.base = try base()
    return setting
  }

  private mutating func base() throws(WireError) -> MirrorPlan.Base? {
    guard try flag() else { return nil }
    var base = MirrorPlan.Base(size: try number(), modified: try time())
    guard try flag() else { return base }
    guard let digest = ContentDigest(try text()) else { throw WireError() }
    base.digest = digest
    return base
  }

  fileprivate mutating func digests() throws(WireError) -> [FilePath: ContentDigest] {
    let list = try list { reader throws(WireError) -> (FilePath, ContentDigest) in
      let path = try reader.path()
      guard let digest = ContentDigest(try reader.text()) else { throw WireError() }
      return (path, digest)
    }
    return Dictionary(list) { _, last in last }
  }
}

extension ByteWriter {
  fileprivate mutating func put(_ base: MirrorPlan.Base?) {
    put(base != nil)
    guard let base else { return }
    put(base.size)
    put(base.modified)
    put(base.digest != nil)
    if let digest = base.digest { put(digest.bytes) }
  }
}
