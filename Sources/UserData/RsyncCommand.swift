import PCSCore
package import SystemPackage

/// The command line of one transfer.
package struct RsyncCommand: Sendable {
  /// What a line that names a change begins with.
  package static let itemMark = UInt8(ascii: "=")
  package static let itemFormat = "=%i %l %n"

  /// Where the content is read.
  package var source: FilePath
  package var folder: FilePath
  /// In the order of precedence.
  package var filters: [FilterRule]
  /// Writes nothing, and says what it would write.
  package var isDryRun = false
  /// Where the target keeps unfinished files.
  package var stage: FilePath?
  package var mostDeleted: Int?
  /// Bytes a second.
  package var bandwidthLimit: UInt64?
  /// What reaches the target in the way of `rsh`, as words.
  package var remoteShell: [String]

  package init(
    source: FilePath, folder: FilePath, filters: [FilterRule], remoteShell: [String]
  ) {
    self.source = source
    self.folder = folder
    self.filters = filters
    self.remoteShell = remoteShell
  }

  /// Everything that a file has goes along, deletions come last: whatever ends the transfer in
  /// between, nothing is gone that has not come.
  package var arguments: [[UInt8]] {
    var options = [
      "--archive", "--hard-links", "--acls", "--xattrs", "--numeric-ids", "--sparse",
      "--modify-window=-1", "--delete-delay", "--no-human-readable", "--stats",
      "--info=progress2", "--out-format=" + Self.itemFormat, "--from0", "--filter=merge -",
      "--rsh=" + remoteShell.map(Self.quote).joined(separator: " "),
    ]
    if isDryRun { options.append("--dry-run") }
    if let mostDeleted { options.append("--max-delete=\(mostDeleted)") }
    // In KiB a second; 0 would be no limit.
    if let bandwidthLimit { options.append("--bwlimit=\(max(1, bandwidthLimit / 1024))") }
    let bytes = options.map { Array($0.utf8) }
    let temporary = stage.map { [Array("--temp-dir=".utf8) + $0.bytes] } ?? []
    let from = Self.content(of: source)
    let to = Array("target:".utf8) + Self.content(of: folder)
    return bytes + temporary + [Array("--".utf8), from, to]
  }

  /// What the command reads from its standard input: the rules, which may be many, and whose names
  /// may have any byte in them.
  package var input: [UInt8] { Array(filters.map(\.text).joined(separator: [0])) }

  /// rsync knows a shell that is none by this: it sends the arguments as they are.
  package static let environment: [String: String?] = [
    "LC_ALL": "C", "RSYNC_OLD_ARGS": "2", "RSYNC_PROTECT_ARGS": nil, "RSYNC_ICONV": nil,
    "RSYNC_RSH": nil, "RSYNC_PARTIAL_DIR": nil, "RSYNC_CHECKSUM_LIST": nil,
    "RSYNC_COMPRESS_LIST": nil, "RSYNC_CONNECT_PROG": nil,
  ]

  /// With the slash that means what is in the folder rather than the folder.
  private static func content(of folder: FilePath) -> [UInt8] {
    folder.bytes.last == UInt8(ascii: "/") ? folder.bytes : folder.bytes + [UInt8(ascii: "/")]
  }

  /// rsync splits its option at spaces and knows single quotes, doubled within.
  static func quote(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
