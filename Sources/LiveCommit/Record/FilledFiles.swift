package import FileTrees
import PCSCore
package import SystemPackage

/// The files that came with a new directory, as the commit left them.
///
/// They can be as many as the files of a first copy: 20 bytes and a name each.
package struct FilledFiles: Sendable, Equatable {
  package struct File: Sendable, Equatable {
    package let inode: UInt64
    package let changed: FileTime
  }

  /// In the order of their numbers, which is that in which they were made.
  private(set) var files: [File] = []
  /// NUL after each; a file can have several of them.
  package private(set) var names: [UInt8] = []

  package init() {}

  package var paths: [FilePath] { names.split(separator: 0).map { FilePath(bytes: Array($0)) } }

  package mutating func add(_ name: [UInt8], inode: UInt64, changed: FileTime) {
    names += name
    names.append(0)
    let file = File(inode: inode, changed: changed)
    if files.last.map({ $0.inode < inode }) ?? true { return files.append(file) }
    if !note(inode: inode, changed: changed) { files.insert(file, at: place(of: inode)) }
  }

  /// Takes other times of change of files, by their inodes.
  mutating func note(_ changed: [UInt64: FileTime]) {
    for index in files.indices {
      guard let time = changed[files[index].inode] else { continue }
      files[index] = File(inode: files[index].inode, changed: time)
    }
  }

  /// Takes another time of change of one of the files; returns whether it is one of them.
  private mutating func note(inode: UInt64, changed: FileTime) -> Bool {
    let index = place(of: inode)
    guard index < files.count, files[index].inode == inode else { return false }
    files[index] = File(inode: inode, changed: changed)
    return true
  }

  /// Whether an inode is one of them, and as it was left.
  package func contains(inode: UInt64, changed: FileTime) -> Bool {
    let index = place(of: inode)
    return index < files.count && files[index] == File(inode: inode, changed: changed)
  }

  /// Where a number is, or would be.
  private func place(of inode: UInt64) -> Int { files.partitionPoint { $0.inode >= inode } }
}

extension ByteWriter {
  mutating func put(_ filled: FilledFiles) {
    put(UInt64(filled.files.count))
    for file in filled.files {
      put(file.inode)
      put(file.changed)
    }
    put(filled.names)
  }
}

extension ByteReader {
  mutating func filledFiles() throws(WireError) -> FilledFiles {
    let files = try list { reader throws(WireError) in
      FilledFiles.File(inode: try reader.number(), changed: try reader.time())
    }
    guard let filled = FilledFiles(files, names: try text()) else { throw WireError() }
    return filled
  }
}

extension FilledFiles {
  /// nil when there are fewer names than files, or the numbers are in no order.
  fileprivate init?(_ files: [File], names: [UInt8]) {
    guard names.reduce(0, { $0 + ($1 == 0 ? 1 : 0) }) >= files.count,
      zip(files, files.dropFirst()).allSatisfy({ $0.inode < $1.inode })
    else { return nil }
    self.files = files
    self.names = names
  }
}
