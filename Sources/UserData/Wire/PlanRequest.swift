import FileTrees
import FoundationEssentials
package import PCSCore
package import SystemPackage

/// The plan for one folder, as the target gets it.
package struct PlanRequest: Sendable {
  /// The session, the folder and its subvolume.
  package struct Header: Codable, Sendable {
    package var session: String
    package var peer: SessionRecord.Party
    private var folderBytes: Data
    /// The place of the folder's subvolume among those of the session.
    package var subvolume: Int
    /// The pre-sync snapshots of the session, of both machines.
    package var snapshots: [Snapshot]
    /// The source's snapshot that is read.
    package var sourceSnapshot: SnapshotIdentity?

    package var folder: FilePath { FilePath(bytes: folderBytes) }

    package init(
      session: String, peer: SessionRecord.Party, folder: FilePath, subvolume: Int,
      snapshots: [Snapshot], sourceSnapshot: SnapshotIdentity? = nil
    ) {
      self.session = session
      self.peer = peer
      folderBytes = Data(folder.bytes)
      self.subvolume = subvolume
      self.snapshots = snapshots
      self.sourceSnapshot = sourceSnapshot
    }
  }

  package var header: Header
  package var plan: MirrorPlan

  package init(_ header: Header, plan: MirrorPlan) {
    self.header = header
    self.plan = plan
  }
}

extension PlanRequest {
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
    guard reader.isAtEnd else { throw WireError() }
  }
}

extension PlanRequest {
  static func bytes(of requests: [PlanRequest]) throws -> [UInt8] {
    var writer = ByteWriter()
    writer.put(try requests.map { try $0.bytes }) { $0.put($1) }
    return writer.bytes
  }

  static func list(bytes: [UInt8]) throws -> [PlanRequest] {
    var reader = ByteReader(bytes)
    let requests = try reader.list { reader throws(WireError) in try reader.text() }
    guard reader.isAtEnd else { throw WireError() }
    return try requests.map { try PlanRequest(bytes: $0) }
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
