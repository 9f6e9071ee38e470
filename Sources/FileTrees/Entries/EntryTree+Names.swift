import PCSCore
package import SystemPackage

extension EntryTree {
  /// The names in a directory, in the order of their bytes; none where there is no directory.
  package func names(in path: FilePath) throws -> [FilePath] {
    guard let directory = try directory(at: path) else { return [] }
    return try DirectoryListing.items(in: directory.descriptor, directory.path).map(\.name)
      .sorted(by: FilePath.isBefore)
  }
}
