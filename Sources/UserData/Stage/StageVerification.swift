package import FileTrees
import PCSCore
package import SystemPackage

/// Whether a stage is what a plan says: rsync is not believed.
package struct StageVerification {
  private let tree: EntryTree
  private let digests: [FilePath: ContentDigest]

  package init(_ tree: EntryTree, digests: [FilePath: ContentDigest]) {
    self.tree = tree
    self.digests = digests
  }

  /// The paths that are not as they should be.
  package func differences(from plan: MirrorPlan) throws -> [FilePath] {
    try plan.settings.filter { try !isRight($0) }.map(\.path)
      + plan.deletions.filter { try tree.entry(at: $0).map { $0.kind != .directory } ?? false }
  }

  private func isRight(_ setting: MirrorPlan.Setting) throws -> Bool {
    guard let handle = try tree.handle(at: setting.path) else { return false }
    let found = try handle.read()
    guard found.isLike(setting.entry),
      found.attributes.modified == setting.entry.attributes.modified
    else { return false }
    guard let digest = digests[setting.path] else { return true }
    return try ContentDigest(of: handle) == digest
  }
}
