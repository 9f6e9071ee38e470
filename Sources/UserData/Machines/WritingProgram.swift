import FoundationEssentials
package import LiveCommit
import PCSCore
package import SystemPackage

/// A program that has files of a folder open for writing.
package struct WritingProgram: Codable, Sendable, Equatable {
  package let writer: FileWriter
  package let files: Int
  private let folderBytes: Data

  package var folder: FilePath { FilePath(bytes: folderBytes) }

  init(_ writer: FileWriter, files: Int, in folder: FilePath) {
    self.writer = writer
    self.files = files
    folderBytes = Data(folder.bytes)
  }

  /// Every such program of this machine that this process can see.
  static func all(below folder: FilePath) -> [WritingProgram] {
    FileWriter.all(below: folder).map { WritingProgram($0.writer, files: $0.files, in: folder) }
  }

  /// What a check says of it.
  package func text(on host: String) -> String {
    "\(host): \(writer.description) has \(files == 1 ? "1 file" : "\(files) files") in \(folder)"
      + " open for writing: a sync leaves what is open as it is"
  }
}
