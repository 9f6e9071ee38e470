import Glibc
import PCSCore
import SystemPackage

/// A file of filter rules: a rule a line, empty lines, and comments after `#` or `;`.
package enum FilterFile {
  /// A line that says something, with its number counted from 1.
  typealias Numbered = (number: Int, text: ArraySlice<UInt8>)

  /// As rsync does, a line ends at a carriage return, too.
  static func lines(_ content: [UInt8]) -> [Numbered] {
    var lines: [Numbered] = []
    let ends = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in ends.enumerated() {
      for text in line.split(separator: UInt8(ascii: "\r"))
      where !"#;".utf8.contains(text[text.startIndex]) {
        lines.append((index + 1, text))
      }
    }
    return lines
  }

  /// The largest that is read, in bytes.
  package static let limit = 256 << 10

  /// The content of a regular file.
  static func content(_ path: FilePath) throws(FileError) -> [UInt8] {
    // Opening a FIFO would wait for its writer.
    let raw = path.withPlatformString { open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
    guard raw >= 0 else { throw FileError(path, "cannot open", Errno(rawValue: errno)) }
    return try content(FileDescriptor(rawValue: raw), path)
  }

  /// Reads an open file to its end and closes it.
  static func content(
    _ descriptor: FileDescriptor, _ path: FilePath
  ) throws(FileError) -> [UInt8] {
    defer { try? descriptor.close() }
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else {
      throw FileError(path, "cannot look at", Errno(rawValue: errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path, "not a regular file", .invalidArgument)
    }
    do {
      return try FileContent.read(descriptor, path, limit: limit)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "cannot read", error as? Errno ?? .ioError)
    }
  }
}
