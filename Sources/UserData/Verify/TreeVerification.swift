package import SystemPackage

/// Compares a folder of this machine with the target's live one after a commit: every entry that
/// takes part, all its attributes, and the whole content of every file.
///
/// Knows the two trees, the filter and what is known to differ; nothing of the plan and the commit,
/// and shares no code with the comparison before them. Both machines read at the same time. Holds the
/// names of some directories and the files that are to be read next, however large the folder is.
package final class TreeVerification {
  /// The target's side.
  package protocol Target {
    /// Asks; answers come in the order of the questions.
    func ask(_ question: VerifyRequest.Question) throws
    /// Takes the answer to the oldest question: the replies of `VerifyRequest.answer`.
    func receive(_ reply: @escaping (VerifyReply) throws -> Void) throws
  }

  package enum Machine: Sendable { case here, there }

  package enum Finding: Sendable, Equatable {
    case differs([EntryTrait])
    case missing(on: Machine)
    case unreadable(on: Machine, String)
  }

  /// How much was compared.
  package struct Amount: Sendable, Equatable {
    package var entries = 0
    /// Read of files here, holes not counted.
    package var bytes: UInt64 = 0
  }

  /// A directory to compare.
  struct Pair {
    var path: FilePath
    /// Whether it is a directory on this machine, and on the target.
    var isHere = true
    var isThere = true
  }

  /// A file to read on both machines.
  struct File {
    var path: FilePath
    var size: UInt64
    /// In what else it differs.
    var traits: [EntryTrait]
  }

  private enum Question {
    case entries([Pair])
    case contents([File])
  }

  /// What one question is about at most: directories; files, and their bytes.
  private static let (mostDirectories, mostFiles, mostBytes) = (64, 256, UInt64(64 << 20))

  let here: FilteredTree
  let target: any Target
  let left: Set<FilePath>
  /// Files of which the machines share the rows alone.
  let states: StatePaths
  let report: (FilePath, Finding) throws -> Void
  let progress: (FilePath, Amount) throws -> Void
  var amount = Amount()
  var links = VerifiedLinks()
  var directories = [Pair(path: "")]
  var files: [File] = []
  /// Directories that only the target has.
  var onlyThere: [FilePath] = []
  /// Those of them that stay, because of something in them.
  var staying: Set<FilePath> = []

  /// Compares nothing at or below the paths `left`.
  ///
  /// `report` gets each path that differs or cannot be read; `progress` the path that is compared and
  /// how much was before it.
  package init(
    _ here: FilteredTree, _ target: some Target, left: Set<FilePath> = [],
    states: StatePaths = StatePaths(of: "/"),
    progress: @escaping (FilePath, Amount) throws -> Void = { _, _ in },
    report: @escaping (FilePath, Finding) throws -> Void
  ) {
    self.here = here
    self.target = target
    self.left = left
    self.states = states
    self.progress = progress
    self.report = report
  }

  package func run() throws -> Amount {
    var asked: [Question] = []
    while true {
      // The target works on one question while this machine works on the one before.
      while asked.count < 2, let next = try next(behind: asked) { asked.append(next) }
      if asked.isEmpty { break }
      switch asked.removeFirst() {
      case .entries(let directories): try compare(directories)
      case .contents(let files): try compare(files)
      }
    }
    for path in onlyThere where !staying.contains(path) { try report(path, .missing(on: .here)) }
    return amount
  }

  /// Asks the next question; returns nil when there is none before an answer.
  private func next(behind asked: [Question]) throws -> Question? {
    if files.count < Self.mostFiles {
      let batch = try nextDirectories()
      if !batch.isEmpty {
        try target.ask(.entries(batch.map(\.path)))
        return .entries(batch)
      }
      let isListing = asked.contains { if case .entries = $0 { true } else { false } }
      if files.isEmpty || isListing { return nil }
    }
    let batch = nextFiles()
    try target.ask(.contents(batch.map(\.path)))
    return .contents(batch)
  }

  /// Compares those that the target does not have at once.
  private func nextDirectories() throws -> [Pair] {
    var batch: [Pair] = []
    while batch.count < Self.mostDirectories, let next = directories.popLast() {
      if next.isThere { batch.append(next) } else { try addAll(names(in: next), of: next) }
    }
    return batch
  }

  private func nextFiles() -> [File] {
    var bytes: UInt64 = 0
    let batch = files.prefix(Self.mostFiles).prefix { file in
      defer { bytes += file.size }
      return bytes < Self.mostBytes
    }
    files.removeFirst(batch.count)
    return Array(batch)
  }
}
