import CLinux
import Glibc
package import SystemPackage

/// A pipe whose ends no child inherits by accident, `pipe2(2)`.
package struct Pipe: Sendable {
  package let reading: FileDescriptor
  package let writing: FileDescriptor

  package init() throws(FileError) {
    var ends: [Int32] = [-1, -1]
    guard pcs_pipe(&ends) == 0 else {
      throw FileError("pipe", "cannot make", Errno(rawValue: errno))
    }
    reading = FileDescriptor(rawValue: ends[0])
    writing = FileDescriptor(rawValue: ends[1])
  }
}
