import Glibc
import PCSCore
package import SystemPackage

extension Directory {
  /// Opens the directory at a relative path below this one, made where it is missing.
  ///
  /// What is made gets the attributes it has below `model`; nil when it is missing there, too.
  package func making(_ path: FilePath, like model: Directory) throws -> Directory? {
    var made = FilePath()
    for component in path.components {
      let parent = made
      made = made.appending(component)
      if try beneath(made) != nil { continue }
      guard let source = try model.beneath(made), let target = try beneath(parent) else {
        return nil
      }
      let name = FilePath(root: nil, [component])
      let result = name.withPlatformString { mkdirat(target.descriptor.rawValue, $0, 0o700) }
      try BtrfsError.check(target.path.pushing(name), "cannot make", result)
      if let directory = try beneath(made) {
        try TreeCopy.applyAttributes(
          source.status, source.descriptor, directory.descriptor, directory.path)
      }
    }
    return try beneath(made)
  }
}
