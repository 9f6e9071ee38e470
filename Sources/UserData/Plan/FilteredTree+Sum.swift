import Dispatch
package import FileTrees
import FoundationEssentials
import Synchronization
package import SystemPackage

extension FilteredTree {
  /// The sum of what takes part below a directory; nil where a file of it has a name that takes part
  /// elsewhere, since the two would be sent as two files.
  ///
  /// `names` gives every name by which a file of the folder takes part. Where there are many
  /// directories some threads read them, each in a tree that `another` opens: most of the time is
  /// that of the disk.
  package func sum(
    below directory: FilePath, another: () throws -> FilteredTree,
    names: (_ inode: UInt64) throws -> [FilePath]
  ) throws -> TreeSum? {
    var sum = PartialSum()
    var pending = [directory][...]
    while !pending.isEmpty, pending.count < Self.many, let path = pending.popFirst() {
      pending += try sum.add(path, in: self)
    }
    if !pending.isEmpty { sum.merge(try Self.sum(Array(pending), another)) }
    let isComplete = try sum.met.allSatisfy { inode, count in try names(inode).count == count }
    return isComplete ? sum.sum : nil
  }

  /// Directories from which on several threads read.
  private static let many = 16
  /// More readers wait for each other in one tree.
  private static let mostReaders = 4

  private static func sum(
    _ directories: [FilePath], _ another: () throws -> FilteredTree
  ) throws -> PartialSum {
    // All threads have ended before this returns; `another` changes nothing.
    nonisolated(unsafe) let another = another
    let open = Mutex(directories)
    let result = Mutex<Result<PartialSum, any Error>>(.success(PartialSum()))
    let readers = min(mostReaders, ProcessInfo.processInfo.activeProcessorCount)
    DispatchQueue.concurrentPerform(iterations: max(readers, 1)) { _ in
      let part = Result {
        let tree = try another()
        var part = PartialSum()
        while let path = open.withLock({ $0.popLast() }) {
          var pending = [path]
          while let next = pending.popLast() { pending += try part.add(next, in: tree) }
        }
        return part
      }
      result.withLock { whole in
        guard case .success(var sum) = whole else { return }
        if case .success(let part) = part { sum.merge(part) }
        whole = part.map { _ in sum }
      }
    }
    return try result.withLock { try $0.get() }
  }

  /// Hands on every entry that takes part below a directory, a directory before what is in it.
  package func walk(
    below directory: FilePath, _ body: (_ path: FilePath, _ entry: Entry) throws -> Void
  ) throws {
    var pending = [directory]
    while let path = pending.popLast() {
      var entries = try entries(in: path)
      while let next = try entries.next() {
        let child = path.pushing(next.name)
        if next.entry.kind == .directory { pending.append(child) }
        try body(child, next.entry)
      }
    }
  }
}

/// The sum of some directories.
private struct PartialSum: Sendable {
  private(set) var sum = TreeSum()
  /// How many names were met of each file with several.
  private(set) var met: [UInt64: Int] = [:]

  /// Adds what is directly in a directory; returns the directories in it.
  mutating func add(_ directory: FilePath, in tree: FilteredTree) throws -> [FilePath] {
    var inner: [FilePath] = []
    var entries = try tree.entries(in: directory)
    while let next = try entries.next() {
      sum.add(next.entry)
      if next.entry.kind == .directory {
        inner.append(directory.pushing(next.name))
      } else if next.entry.links > 1 {
        met[next.entry.inode, default: 0] += 1
      }
    }
    return inner
  }

  mutating func merge(_ other: PartialSum) {
    sum.add(other.sum)
    met.merge(other.met, uniquingKeysWith: +)
  }
}
