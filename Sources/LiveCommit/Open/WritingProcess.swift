import Glibc
import PCSCore
import SystemPackage

/// A process, and the files that it has open, or mapped, for writing: proc(5).
struct WritingProcess {
  let pid: Int
  private var folder: FilePath { FilePath("/proc/\(pid)") }

  /// Every process that this one can see.
  static func all() -> [WritingProcess] {
    let names = (try? DirectoryListing.names(of: "/proc")) ?? []
    return names.compactMap { Int($0) }.map { WritingProcess(pid: $0) }
  }

  /// A file by the link to it in `/proc`, which leads to the file itself whatever its name is.
  struct File {
    let link: FilePath
    /// Its number, where the kernel tells it (5.14); what the link leads to need not be asked then,
    /// which may take for ever on a network file system.
    let inode: UInt64?

    func status() -> stat? {
      var status = stat()
      return link.withPlatformString { fstatat(AT_FDCWD, $0, &status, 0) } == 0 ? status : nil
    }

    /// The path that the file was opened by, as the process sees it.
    var target: FilePath? {
      var text = [CChar](repeating: 0, count: Int(PATH_MAX))
      let length = link.withPlatformString { readlink($0, &text, text.count) }
      guard length > 0 else { return nil }
      return FilePath(bytes: text.prefix(length).map { UInt8(bitPattern: $0) })
    }
  }

  var writer: FileWriter {
    let name = (try? FileContent.read(folder.appending("comm"))) ?? []
    let text = String(decoding: name, as: UTF8.self).split(separator: "\n").first
    return FileWriter(pid: pid, program: text.map(String.init) ?? "a program")
  }

  func forEachFile(_ body: (File) -> Void) {
    for number in (try? DirectoryListing.names(of: folder.appending("fd"))) ?? [] {
      guard let text = try? FileContent.read(folder.appending("fdinfo/\(number)")),
        let info = DescriptorState(text), info.isWritable
      else { continue }
      body(File(link: folder.appending("fd/\(number)"), inode: info.inode))
    }
    let maps = (try? FileContent.read(folder.appending("maps"), limit: 64 << 20)) ?? []
    for mapping in FileMapping.writable(in: maps) {
      body(File(link: folder.appending("map_files/\(mapping.range)"), inode: mapping.inode))
    }
  }
}

/// What `/proc/PID/fdinfo/FD` says of a descriptor.
struct DescriptorState: Equatable {
  let isWritable: Bool
  let inode: UInt64?

  init?(_ text: [UInt8]) {
    var fields: [Substring: Substring] = [:]
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(whereSeparator: { $0 == ":" || $0 == "\t" || $0 == " " })
      if parts.count == 2 { fields[parts[0]] = parts[1] }
    }
    guard let flags = fields["flags"].flatMap({ Int($0, radix: 8) }) else { return nil }
    // O_PATH opens nothing.
    isWritable = flags & 0o10000000 == 0 && [1, 2].contains(flags & 3)
    inode = fields["ino"].flatMap { UInt64($0) }
  }
}

/// A shared mapping of a file, a line of `/proc/PID/maps`.
struct FileMapping: Equatable {
  /// As `map_files` calls it.
  let range: String
  let inode: UInt64

  static func writable(in maps: [UInt8]) -> [FileMapping] {
    maps.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5).map {
        String(decoding: $0, as: UTF8.self)
      }
      guard fields.count >= 5, fields[1].dropFirst().first == "w", fields[1].hasSuffix("s"),
        let inode = UInt64(fields[4]), inode != 0
      else { return nil }
      let ends = fields[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      guard ends.count == 2 else { return nil }
      let range = ends.map { String($0, radix: 16) }.joined(separator: "-")
      return FileMapping(range: range, inode: inode)
    }
  }
}
