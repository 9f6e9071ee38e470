/// What `--info=progress2` writes, each time after a carriage return.
package struct RsyncProgress: Sendable, Equatable {
  /// Bytes of the files that were sent, and of the one that is being sent.
  package let bytes: UInt64

  /// nil when the line is something else.
  package init?(_ line: [UInt8]) {
    let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard words.count == 3, words[1].last == UInt8(ascii: "%"),
      let bytes = UInt64(String(decoding: words[0], as: UTF8.self))
    else { return nil }
    self.bytes = bytes
  }
}

/// A count of `--stats`.
package enum RsyncStatistics {
  /// The entries of the source that are not excluded, the folder itself among them.
  package static func entries(_ line: [UInt8]) -> Int? {
    let head = Array("Number of files: ".utf8)
    guard line.starts(with: head) else { return nil }
    let digits = line.dropFirst(head.count).prefix { $0 >= 48 && $0 <= 57 }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
