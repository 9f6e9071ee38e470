/// A line that rsync writes, by its meaning.
package enum RsyncLine: Sendable, Equatable {
  case item(RsyncItem)
  /// Bytes that were sent so far.
  case sent(UInt64)
  /// The entries of the source.
  case entries(Int)
  /// A directory that is gone from the source stays, because something excluded is in it.
  case kept([UInt8])
  case complaint(String, isError: Bool)
  case nothing

  /// Reads a line of standard output.
  package init(output line: [UInt8]) {
    if let item = RsyncItem(line) {
      self = .item(item)
    } else if let progress = RsyncProgress(line) {
      self = .sent(progress.bytes)
    } else if let count = RsyncStatistics.entries(line) {
      self = .entries(count)
    } else if line.starts(with: Self.nonEmpty) {
      self = .kept(RsyncName.unescaped(line.dropFirst(Self.nonEmpty.count)))
    } else if Self.isStatistics(line) {
      self = .nothing
    } else {
      self = .complaint(String(decoding: line, as: UTF8.self), isError: false)
    }
  }

  /// Reads a line of standard error.
  package init(error line: [UInt8]) {
    let text = String(decoding: line, as: UTF8.self)
    // The last line only names the exit status.
    if text.isEmpty || text.hasPrefix("rsync error:") || text.hasPrefix("rsync warning:") {
      self = .nothing
    } else {
      // ssh's own words about a connection that is lost come with rsync's exit status.
      let isOfSSH = text.hasPrefix("mux_client_")
      let isError =
        !isOfSSH
        && (text.contains("failed") || text.contains("ERROR") || text.contains("vanished"))
      self = .complaint(text, isError: isError)
    }
  }

  private static let nonEmpty = Array("cannot delete non-empty directory: ".utf8)

  private static func isStatistics(_ line: [UInt8]) -> Bool {
    let heads = [
      "Number of ", "Total ", "Literal data: ", "Matched data: ", "File list ", "sent ",
      "total size is ",
    ]
    return line.allSatisfy { $0 == UInt8(ascii: " ") }
      || heads.contains { line.starts(with: $0.utf8) }
  }
}
