import FileTrees
import FoundationEssentials
import PCSCore
package import SystemPackage

/// Asks the target for what a live folder of it really holds, after a commit.
package struct VerifyRequest: Codable, Sendable {
  package enum Question: Sendable, Equatable {
    /// The entries of directories, relative to the folder.
    case entries([FilePath])
    /// The content of files.
    case contents([FilePath])
  }

  private var folderBytes: Data
  private var pathBytes: [Data]
  private var wantsContents: Bool

  package init(_ folder: FilePath, _ question: Question) {
    folderBytes = Data(folder.bytes)
    switch question {
    case .entries(let paths): (pathBytes, wantsContents) = (paths.map { Data($0.bytes) }, false)
    case .contents(let paths): (pathBytes, wantsContents) = (paths.map { Data($0.bytes) }, true)
    }
  }

  package var question: Question {
    let paths = pathBytes.map { FilePath(bytes: $0) }
    return wantsContents ? .contents(paths) : .entries(paths)
  }

  /// Reads through a read-only mount of the file system: not even a time of access changes.
  package func answer(_ answer: (VerifyReply) throws -> Void) throws {
    let view = try FolderView(FilePath(bytes: folderBytes), asked: [])
    let folder = FilePath(bytes: folderBytes)
    try Self.answer(question, in: EntryTree(view.folder), StatePaths(of: folder), answer)
  }

  /// Passes each directory as `directory`, then each entry of it by its name, in the order of the
  /// names' bytes; the folder itself comes under an empty name.
  ///
  /// Passes the content of each file. What cannot be read is passed as `unreadable`.
  static func answer(
    _ question: Question, in tree: EntryTree, _ states: StatePaths = StatePaths(of: "/"),
    _ answer: (VerifyReply) throws -> Void
  ) throws {
    switch question {
    case .entries(let directories):
      for directory in directories {
        try answer(.directory(directory))
        try list(directory, in: tree, answer)
      }
    case .contents(let files):
      let verifier = ContentVerifier()
      for path in files { try answer(content(of: path, in: tree, verifier, states)) }
    }
  }

  private static func list(
    _ directory: FilePath, in tree: EntryTree, _ answer: (VerifyReply) throws -> Void
  ) throws {
    if directory.isEmpty, let root = try entry("", at: "", in: tree) { try answer(root) }
    let names: [FilePath]
    do { names = try tree.names(in: directory) } catch let error as FileError {
      return try answer(.unreadable("", error.cause))
    }
    for name in names {
      if let reply = try entry(name, at: directory.pushing(name), in: tree) { try answer(reply) }
    }
  }

  /// Returns nil where there is nothing.
  private static func entry(
    _ name: FilePath, at path: FilePath, in tree: EntryTree
  ) throws -> VerifyReply? {
    do {
      return try tree.entry(at: path).map { .entry(name, $0) }
    } catch let error as FileError {
      return .unreadable(name, error.cause)
    }
  }

  static func content(
    of path: FilePath, in tree: EntryTree, _ verifier: ContentVerifier, _ states: StatePaths
  ) throws -> VerifyReply {
    do {
      guard let file = try tree.handle(at: path) else {
        throw FileError(path, "cannot open", .noSuchFileOrDirectory)
      }
      if states.fits(path) {
        let digest = try StateFile.digest(of: file, at: path, among: states)
        return .content(VerifiedContent(length: 0, digest: digest))
      }
      return .content(try verifier.content(of: file))
    } catch let error as FileError {
      return .unreadable("", error.cause)
    }
  }
}
