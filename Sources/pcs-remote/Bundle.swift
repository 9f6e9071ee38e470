import PCSCore
import SystemPackage

/// What `bin/bundle` made: our own installation, another folder, or an archive of one.
struct Bundle {
  private let path: FilePath
  private let isFolder: Bool

  /// The one at `chosen`, else our own installation; nil when we run from a build folder.
  init?(_ chosen: FilePath?) async throws {
    guard let path = chosen ?? Places.installation else { return nil }
    self.path = path
    isFolder =
      (try? FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec]))
      .map { (try? $0.close()) != nil } ?? false
    guard isFolder else {
      try FileDigest.open(path).close()
      return
    }
    guard (try? FileContent.read(path.appending("MANIFEST"))) != nil else {
      throw InstallError.notABundle(path)
    }
  }

  /// The SHA-256 of `MANIFEST`; nil for an archive.
  var manifestDigest: String? {
    get async throws {
      isFolder ? try await FileDigest.of(path.appending("MANIFEST")).digest : nil
    }
  }

  /// The content of `PLATFORM`; nil for an archive.
  var platform: String? {
    get throws {
      guard isFolder else { return nil }
      return String(decoding: try FileContent.read(path.appending("PLATFORM")), as: UTF8.self)
    }
  }

  /// An open archive of the bundle, in one folder, and its size.
  func packed() async throws -> (content: FileDescriptor, size: Int64) {
    let content = isFolder ? try await pack() : try FileDigest.open(path)
    let size = try content.seek(offset: 0, from: .end)
    try content.seek(offset: 0, from: .start)
    return (content, size)
  }

  /// Nothing on any disk has to be removed after that, however we end.
  private func pack() async throws -> FileDescriptor {
    let file = try MemoryFile.holding([])
    let tar = ChildProcess(
      "tar",
      [
        "--create", "--use-compress-program=gzip -1", "--owner=0", "--group=0", "--numeric-owner",
        "--transform=s,^\\.,pc-switcher,", "--directory=\(path)", ".",
      ])
    guard try await tar.relay(input: .bytes([]), output: file.duplicate()) == .exited(0) else {
      throw InstallError.pack(path)
    }
    return file
  }
}
