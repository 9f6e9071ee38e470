import CLinux
import Glibc
package import SystemPackage

/// A file without a name that holds some bytes, `memfd_create(2)`.
///
/// As the standard input of a program it beats a pipe: nobody has to write while the program reads,
/// and a program that does not read it breaks nothing. (swift-subprocess 1.0.2 writes an array into
/// a pipe, and traps when the program ends without having read it.)
package enum MemoryFile {
  /// A descriptor of such a file, at its start.
  package static func holding(_ bytes: [UInt8]) throws(FileError) -> FileDescriptor {
    let raw = pcs_memory_file("pcs-input")
    guard raw >= 0 else {
      throw FileError("memory file", "cannot make", Errno(rawValue: errno))
    }
    let file = FileDescriptor(rawValue: raw)
    do {
      try file.writeAll(toAbsoluteOffset: 0, bytes)
      return file
    } catch {
      try? file.close()
      throw FileError("memory file", "cannot write", error as? Errno ?? .ioError)
    }
  }
}
