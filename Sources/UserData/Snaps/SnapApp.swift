import FileTrees
import FoundationEssentials
import PCSCore
package import SystemPackage

/// The data of one snap in a home: `~/snap/APP` holds a directory for each revision, `common` for
/// all of them, and the link `current`.
package struct SnapApp: Codable, Sendable, Equatable {
  private var bytes: Data
  /// The names of the directories of revisions.
  package var revisions: Set<String>
  /// The revision that the link `current` names; nil where it is no such link.
  package var current: String?

  /// `~/snap/APP`, relative to the folder.
  package var directory: FilePath { FilePath(bytes: bytes) }
  /// The name of the snap, or of an instance of it.
  package var name: String? { directory.lastComponent?.string }

  package init(_ directory: FilePath, revisions: Set<String> = [], current: String? = nil) {
    bytes = Data(directory.bytes)
    self.revisions = revisions
    self.current = current
  }

  /// What is at a relative path of a tree; nil when there is no directory.
  init?(_ directory: FilePath, in tree: EntryTree) throws {
    guard try tree.directory(at: directory) != nil else { return nil }
    self.init(directory)
    let names = try tree.children(of: directory).filter(\.isDirectory)
      .compactMap { $0.path.lastComponent?.string }
    revisions = Set(names.filter(Self.isRevision))
    let target = try tree.entry(at: directory.appending(Self.link))?.linkTarget ?? []
    let text = String(decoding: target, as: UTF8.self)
    current = Self.isRevision(text) ? text : nil
  }

  package static let link = "current"

  /// Whether snapd calls a revision so: a number, with an `x` before it where it did not come from
  /// the store.
  package static func isRevision(_ name: some StringProtocol) -> Bool {
    let digits = name.hasPrefix("x") ? name.dropFirst() : name[...]
    return (1...9).contains(digits.utf8.count) && digits.first != "0"
      && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
