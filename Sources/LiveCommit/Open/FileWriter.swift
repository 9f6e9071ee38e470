import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// A process that has a file open, or mapped, for writing.
package struct FileWriter: Sendable, Hashable, Codable {
  package let pid: Int
  /// As `comm` of proc(5) has it.
  package let program: String

  package init(pid: Int, program: String) {
    self.pid = pid
    self.program = program
  }

  package var description: String { "\(program) (\(pid))" }
}

extension FileWriter {
  /// The processes of this machine that write to each of some inodes of the subvolume whose device
  /// is `device`, by their numbers.
  ///
  /// Looks through `/proc`; a process that ends meanwhile is not found.
  static func find(_ inodes: Set<UInt64>, on device: dev_t) -> [UInt64: [FileWriter]] {
    var found: [UInt64: [FileWriter]] = [:]
    for process in WritingProcess.all() {
      var written: Set<UInt64> = []
      process.forEachFile { file in
        guard file.inode.map(inodes.contains) ?? true, let status = file.status(),
          status.st_dev == device, inodes.contains(UInt64(status.st_ino))
        else { return }
        written.insert(UInt64(status.st_ino))
      }
      for inode in written { found[inode, default: []].append(process.writer) }
    }
    return found
  }

  /// The processes of this machine that write to files below `folder`, each with the number of
  /// these files.
  package static func all(below folder: FilePath) -> [(writer: FileWriter, files: Int)] {
    var status = stat()
    guard folder.withPlatformString({ lstat($0, &status) }) == 0 else { return [] }
    let device = status.st_dev
    return WritingProcess.all().compactMap { process in
      var written: Set<UInt64> = []
      process.forEachFile { file in
        guard let path = file.target, path.relative(to: folder) != nil, let status = file.status(),
          status.st_dev == device, status.st_nlink > 0, status.st_mode & S_IFMT == S_IFREG
        else { return }
        written.insert(UInt64(status.st_ino))
      }
      return written.isEmpty ? nil : (process.writer, written.count)
    }
  }
}
