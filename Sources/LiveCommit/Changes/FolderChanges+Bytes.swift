package import FileTrees
import SystemPackage

extension ByteWriter {
  package mutating func put(_ changes: FolderChanges) {
    put(changes.renames) { writer, rename in
      writer.put(rename.from)
      writer.put(rename.to)
      writer.put(rename.isDirectory)
    }
    put(changes.kept) { writer, kept in
      writer.put(kept.path)
      writer.put(kept.copy)
    }
    put(changes.deletions) { $0.put($1) }
    put(changes.settings) { $0.put($1) }
    put(changes.trees) { writer, tree in
      writer.put(tree.path)
      writer.put(tree.entry)
    }
    put(Array(changes.flags)) { writer, flags in
      writer.put(flags.key)
      writer.put(UInt64(flags.value))
    }
  }

  private mutating func put(_ setting: FolderChanges.Setting) {
    put(setting.path)
    put(setting.entry)
    put(setting.hasContent)
    put(setting.linkedTo != nil)
    put(setting.linkedTo ?? "")
    put(setting.base)
  }

  private mutating func put(_ base: FolderChanges.Base?) {
    put(base != nil)
    guard let base else { return }
    put(base.size)
    put(base.modified)
    put(base.digest != nil)
    if let digest = base.digest { put(digest.bytes) }
  }
}

extension ByteReader {
  package mutating func folderChanges() throws(WireError) -> FolderChanges {
    var changes = FolderChanges()
    changes.renames = try list { reader throws(WireError) in
      Rename(from: try reader.path(), to: try reader.path(), isDirectory: try reader.flag())
    }
    changes.kept = try list { reader throws(WireError) in
      FolderChanges.Copy(path: try reader.path(), copy: try reader.path())
    }
    changes.deletions = try list { reader throws(WireError) in try reader.path() }
    changes.settings = try list { reader throws(WireError) in try reader.setting() }
    changes.trees = try list { reader throws(WireError) in
      FolderChanges.Tree(path: try reader.path(), entry: try reader.entry())
    }
    changes.flags = Dictionary(
      try list { reader throws(WireError) in (try reader.path(), try reader.number32()) }
    ) { _, last in last }
    return changes
  }

  private mutating func setting() throws(WireError) -> FolderChanges.Setting {
    var setting = FolderChanges.Setting(
      path: try path(), entry: try entry(), hasContent: try flag())
    let isLinked = try flag()
    let first = try path()
    if isLinked { setting.linkedTo = first }
    setting.base = try base()
    return setting
  }

  private mutating func base() throws(WireError) -> FolderChanges.Base? {
    guard try flag() else { return nil }
    var base = FolderChanges.Base(size: try number(), modified: try time())
    guard try flag() else { return base }
    guard let digest = ContentDigest(try text()) else { throw WireError() }
    base.digest = digest
    return base
  }
}
