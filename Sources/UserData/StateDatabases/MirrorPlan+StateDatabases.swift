import PCSCore
package import SystemPackage

extension MirrorPlan {
  /// Sends state databases whole of which anything is sent: the target's differs in its own rows, and
  /// a log fits no other database than that which it was written for.
  package mutating func completeStateDatabases(
    in folder: FilePath, entryHere: (FilePath) throws -> Entry?
  ) rethrows {
    let databases = Set(
      settings.filter { $0.entry.kind == .file }
        .compactMap { StateDatabase.database(of: $0.path, in: folder) })
    if databases.isEmpty { return }
    var all = Dictionary(settings.map { ($0.path, $0) }) { _, last in last }
    for path in databases.flatMap({ [$0] + SQLiteFiles.companions(of: $0) }) {
      if left.contains(path) || path.selfAndAround.contains(where: staying.contains) { continue }
      guard all[path]?.linkedTo == nil, let entry = try entryHere(path), entry.kind == .file else {
        continue
      }
      all[path] = Setting(path: path, entry: entry, hasContent: true)
    }
    settings = all.values.sorted { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }
  }
}
