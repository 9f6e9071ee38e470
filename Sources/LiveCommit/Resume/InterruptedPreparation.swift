import Btrfs
import CLinux
package import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// The preparation directory of a sync that was interrupted, with the files that it received.
package struct InterruptedPreparation {
  let receipt: Receipt
  let directory: Directory
  private let tree: EntryTree
  /// The paths of the new directories in it, by their names.
  private let paths: [FilePath: FilePath]
  private let outermost: Set<FilePath>

  init(_ receipt: Receipt, _ directory: Directory) {
    self.receipt = receipt
    self.directory = directory
    tree = EntryTree(directory)
    outermost = Set(receipt.directories)
    paths = Dictionary(
      outermost.map { (PreparationDirectory.name(.directory, of: $0), $0) }
    ) { first, _ in first }
  }

  /// One regular file with one name.
  package struct File {
    let directory: Directory
    let name: FilePath
    /// The digest of its path in the subvolume.
    package let digest: ContentDigest
    /// The path itself, of a file in a new directory.
    package let path: FilePath?
    package let size: UInt64
    package let modified: FileTime

    package func open() throws -> EntryHandle { try EntryHandle(reading: name, in: directory) }
  }

  /// Passes on every file, whole or not; what cannot be read is left out.
  package func eachFile(_ body: (File) throws -> Void) throws {
    for item in items(in: directory) {
      if let digest = PreparationDirectory.contentDigest(in: item.name) {
        if let file = file(item.name, in: directory, digest: digest, path: nil) { try body(file) }
      } else if let path = paths[item.name] {
        try eachFile(below: path, at: item.name, body)
      }
    }
  }

  private func eachFile(
    below path: FilePath, at place: FilePath, _ body: (File) throws -> Void
  ) throws {
    var pending = [FilePath()]
    while let rest = pending.popLast() {
      guard let inner = try? tree.directory(at: place.pushing(rest)) else { continue }
      for item in items(in: inner) {
        let below = rest.pushing(item.name)
        if item.isDirectory {
          pending.append(below)
          continue
        }
        let whole = path.pushing(below)
        let digest = ContentDigest(of: whole.bytes)
        if let file = file(item.name, in: inner, digest: digest, path: whole) { try body(file) }
      }
    }
  }

  private func items(in directory: Directory) -> [DirectoryListing.Item] {
    (try? DirectoryListing.items(in: directory.descriptor, directory.path)) ?? []
  }

  private func file(
    _ name: FilePath, in directory: Directory, digest: ContentDigest, path: FilePath?
  ) -> File? {
    var status = stat()
    let result = name.withPlatformString {
      fstatat(directory.descriptor.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    guard result == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else { return nil }
    return File(
      directory: directory, name: name, digest: digest, path: path, size: UInt64(status.st_size),
      modified: FileTime(status.st_mtim))
  }

  /// Finds the file that was received for a path of the subvolume; nil when there is none.
  package func place(of path: FilePath) throws -> PreparedPlace? {
    for around in path.selfAndAround where outermost.contains(around) {
      guard let rest = path.relative(to: around), let last = rest.lastComponent else { continue }
      let top = PreparationDirectory.name(.directory, of: around)
      guard let inner = try tree.directory(at: top.pushing(rest.removingLastComponent())) else {
        continue
      }
      let name = FilePath(root: nil, [last])
      if try inner.has(name) { return PreparedPlace(directory: inner, name: name) }
    }
    let name = PreparationDirectory.name(.content, of: path)
    return try directory.has(name) ? PreparedPlace(directory: directory, name: name) : nil
  }
}
