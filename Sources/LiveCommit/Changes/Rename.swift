package import SystemPackage

/// Something that only moved, in one folder, from its place before to its place at last.
package struct Rename: Sendable, Equatable {
  package var from: FilePath
  package var to: FilePath
  package var isDirectory: Bool

  package init(from: FilePath, to: FilePath, isDirectory: Bool) {
    self.from = from
    self.to = to
    self.isDirectory = isDirectory
  }
}
