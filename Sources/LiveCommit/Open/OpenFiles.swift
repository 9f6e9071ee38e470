import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// The files that a commit would replace or delete and that a program has open for writing, asked
/// for before anything is changed.
///
/// Such a file is left as it is: what the program writes next would be in no file that has a name.
struct OpenFiles {
  private(set) var inodes: [CommitTree.Place: UInt64] = [:]
  private(set) var writers: [UInt64: [FileWriter]] = [:]

  init() {}

  init(_ plan: CommitPlan, live: Directory, before: Directory) throws {
    let tree = LiveTree(live, plan.tree, before: EntryTree(before))
    for place in plan.endangered {
      do {
        guard let handle = try tree.handle(place) else { continue }
        let entry = try handle.read()
        if try ReadLease.isRefused(on: handle, entry.kind) { inodes[place] = entry.inode }
      } catch let error as FileError where !error.errno.endsCommit {
        // The commit will meet it, too, and say so.
      }
    }
    try findWriters(Set(inodes.values), in: live)
  }

  /// Looks for the programs of files of which they are not known.
  mutating func findWriters(_ inodes: Set<UInt64>, in live: Directory) throws {
    let unknown = inodes.subtracting(writers.keys)
    if unknown.isEmpty { return }
    let found = FileWriter.find(unknown, on: try live.status.st_dev)
    for inode in unknown { writers[inode] = found[inode] ?? [] }
  }
}

extension CommitRun {
  /// Leaves a file to the program that has it open for writing.
  func leaveOpen(_ path: FilePath, _ inode: UInt64) {
    leftOpen.append((path, inode))
  }

  func sayLeftOpen() throws {
    var open = open
    try open.findWriters(Set(leftOpen.map(\.inode)), in: live.root)
    for (path, inode) in leftOpen { say(.open(path, by: open.writers[inode] ?? [])) }
  }
}
