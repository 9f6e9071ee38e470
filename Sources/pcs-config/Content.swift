import ArgumentParser
import FoundationEssentials
import Glibc
import PCSCore
import PCSTool
import SystemPackage

/// The other half of `push`, on the target: what is there, in one line.
struct Content: StreamCommand {
  static let configuration = CommandConfiguration(
    commandName: "content", abstract: "Print where the file is and what is in it.",
    shouldDisplay: false)

  @OptionGroup var common: CommonOptions

  func run(_ reporter: Reporter) async throws {
    guard let place = Places.configuration else { throw HomeError() }
    let file = try Self.file(at: place)
    var members = WirePath(file ?? place).context
    members["type"] = "config_content"
    members["content_b64"] =
      try file.map { .string(Data(try FileContent.read($0)).base64EncodedString()) } ?? .null
    reporter.emit(.other(members))
  }

  /// The file that `place` means, at the end of its links, which a rename would replace; nil when
  /// nothing is there.
  private static func file(at place: FilePath) throws(FileError) -> FilePath? {
    var status = stat()
    guard place.withPlatformString({ lstat($0, &status) }) == 0 else {
      if errno == ENOENT { return nil }
      throw FileError(place, "cannot look at", Errno(rawValue: errno))
    }
    guard let end = place.withPlatformString({ realpath($0, nil) }) else {
      throw FileError(place, "cannot follow the link", Errno(rawValue: errno))
    }
    defer { free(end) }
    let file = FilePath(platformString: end)
    guard file.withPlatformString({ stat($0, &status) }) == 0 else {
      throw FileError(file, "cannot look at", Errno(rawValue: errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(file, is: "not a regular file")
    }
    return file
  }
}
