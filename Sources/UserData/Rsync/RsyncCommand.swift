import PCSCore
package import SyncFilter
package import SystemPackage

/// The command line of one transfer.
package struct RsyncCommand: Sendable {
  /// What is transferred.
  package enum Selection: Sendable, Equatable {
    /// The whole folder but for what the rules exclude, which come in the order of precedence.
    case everything([FilterRule])
    /// The content of these files of the folder, whose places are there already.
    case files([FilePath])
    /// The content of one file of the folder, which goes under the name of the destination.
    case file(FilePath)
  }

  /// What a line that names a change begins with.
  package static let itemMark = UInt8(ascii: "=")
  package static let itemFormat = "=%i %l %n"

  /// Where the content is read.
  package var source: FilePath
  /// What it is called in messages.
  package var folder: FilePath
  /// Where it goes on the target.
  package var destination: FilePath
  package var selection: Selection
  /// Writes nothing, and says what it would write.
  package var isDryRun = false
  /// Compares the content of all files, whatever their times.
  package var readsContent = false
  /// Bytes a second.
  package var bandwidthLimit: UInt64?
  /// What reaches the target in the way of `rsh`, as words.
  package var remoteShell: [String]

  package init(
    source: FilePath, folder: FilePath, destination: FilePath, selection: Selection,
    remoteShell: [String]
  ) {
    self.source = source
    self.folder = folder
    self.destination = destination
    self.selection = selection
    self.remoteShell = remoteShell
  }

  /// Leaves something out on both machines, with all that is in it.
  package mutating func leaveOut(_ path: FilePath) {
    guard case .everything(let rules) = selection, !path.isEmpty else { return }
    let pattern = FilterPattern(only: path)
    selection = .everything(
      [FilterRule(isExclude: true, pattern: pattern, origin: .boundary)] + rules)
  }

  package var arguments: [[UInt8]] {
    var options = [
      "--no-human-readable", "--info=progress2", "--out-format=" + Self.itemFormat, "--from0",
      "--rsh=" + remoteShell.map(Self.quote).joined(separator: " "),
    ]
    // In KiB a second; 0 would be no limit.
    if let bandwidthLimit { options.append("--bwlimit=\(max(1, bandwidthLimit / 1024))") }
    let bytes = (options + selectionOptions).map { Array($0.utf8) }
    return bytes + [Array("--".utf8)] + places
  }

  private var selectionOptions: [String] {
    switch selection {
    case .everything: everythingOptions
    // What is unchanged by size and time is sent all the same, and written in place: the stage is
    // nobody else's, and a large file shares what did not change with the one before.
    case .files: ["--files-from=-", "--no-implied-dirs", "--ignore-times", "--inplace", "--sparse"]
    case .file: ["--ignore-times", "--inplace", "--sparse"]
    }
  }

  /// Everything that a file has goes along, deletions come last: whatever ends the transfer in
  /// between, nothing is gone that has not come.
  private var everythingOptions: [String] {
    var options = [
      "--archive", "--hard-links", "--acls", "--xattrs", "--numeric-ids", "--sparse",
      "--modify-window=-1", "--delete-delay", "--stats", "--filter=merge -",
    ]
    if isDryRun { options.append("--dry-run") }
    if readsContent { options.append("--checksum") }
    return options
  }

  private var places: [[UInt8]] {
    let host = Array("target:".utf8)
    if case .file(let path) = selection {
      return [source.pushing(path).bytes, host + destination.bytes]
    }
    return [Self.content(of: source), host + Self.content(of: destination)]
  }

  /// What the command reads from its standard input: rules or names, which may be many, and which
  /// may have any byte in them.
  package var input: [UInt8] {
    switch selection {
    case .everything(let rules):
      Array(([Self.protection] + rules.map(\.text)).joined(separator: [0]))
    // A name that begins with '#' or ';' would be a comment.
    case .files(let paths): paths.flatMap { Array("./".utf8) + $0.bytes + [0] }
    case .file: []
    }
  }

  /// What was kept of a conflict on the target is nobody's to delete.
  private static let protection = Array("P \(ConflictCopy.pattern)".utf8)

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
