import Glibc
package import SystemPackage

extension FilePath {
  /// Where relative paths begin, `getcwd(3)`.
  package static func workingDirectory() throws(FileError) -> FilePath {
    guard let buffer = getcwd(nil, 0) else {
      throw FileError(".", "cannot find the working directory", Errno(rawValue: errno))
    }
    defer { free(buffer) }
    return FilePath(platformString: buffer)
  }
}
