package import PCSCore
package import SystemPackage

/// A log that is being written.
///
/// A line is there as a whole or not at all, also on a full disk.
package struct LogFile: ~Copyable {
  package let path: FilePath
  private let descriptor: FileDescriptor
  /// Lines that could not be written since the last one that could.
  private var lost = 0

  package init(_ descriptor: FileDescriptor, at path: FilePath) {
    self.descriptor = descriptor
    self.path = path
  }

  /// Opens a file of the user's choice for appending; makes it, 0600, if it is not there.
  package init(at path: FilePath) throws(FileError) {
    do {
      descriptor = try FileDescriptor.open(
        path, .writeOnly, options: [.append, .create, .closeOnExec, .nonBlocking],
        permissions: [.ownerReadWrite])
    } catch {
      throw FileError(path, "cannot open", error as? Errno ?? .ioError)
    }
    self.path = path
  }

  deinit {
    try? descriptor.close()
  }

  /// Appends a line with its LF.
  ///
  /// Throws on the first of a run of failures only.
  package mutating func append(_ line: [UInt8], sessionID: String) throws(FileError) {
    do {
      if lost > 0 { try write(try Self.confession(lost, sessionID)) }
      lost = 0
      try write(line)
    } catch {
      lost += 1
      guard lost == 1 else { return }
      throw FileError(path, "cannot write: lines of the log are lost", error as? Errno ?? .ioError)
    }
  }

  private func write(_ line: [UInt8]) throws {
    let end = try? descriptor.seek(offset: 0, from: .end)
    do {
      try descriptor.writeAll(line)
    } catch {
      if let end { try? descriptor.resize(to: end) }
      throw error
    }
  }

  private static func confession(_ count: Int, _ sessionID: String) throws -> [UInt8] {
    try Event.log(
      LogEntry(
        level: .warning, module: "core", hostname: Machine.hostname,
        message: "\(count) line(s) are missing here: the file could not be written",
        context: ["tool": "pcs-log"], sessionID: sessionID)
    ).line
  }
}
