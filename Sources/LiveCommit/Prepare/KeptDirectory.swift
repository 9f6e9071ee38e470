package import SystemPackage

/// A directory that was to be deleted and stays, since the changes do not name everything in it.
package struct KeptDirectory {
  package struct Entry {
    package var path: FilePath
    package var isDirectory: Bool
  }

  package var path: FilePath
  package var remaining: [Entry]
}
