import FileTrees
import PCSCore
import SystemPackage

/// The output of the real rsync, which tells by its filters what takes part.
enum RsyncOracle {
  /// Arguments go as they are, and messages are in English.
  static let environment: [String: String?] = [
    "LC_ALL": "C", "RSYNC_OLD_ARGS": "2", "RSYNC_PROTECT_ARGS": nil, "RSYNC_ICONV": nil,
  ]

  /// Lines that begin with `=` name a path.
  static let option = "--out-format==%n"

  /// The paths that lines of output name, without the folder itself.
  static func paths(_ lines: [[UInt8]]) -> Set<FilePath> {
    Set(
      lines.filter { $0.first == UInt8(ascii: "=") }.map { line in
        var name = unescaped(line.dropFirst())
        if name.last == UInt8(ascii: "/") { name.removeLast() }
        return name == [UInt8(ascii: ".")] ? FilePath() : FilePath(bytes: name)
      }
    ).subtracting([""])
  }

  /// Undoes `\#ooo`, which stands for a byte that is not printable in the C locale.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      let digits = rest.dropFirst().prefix(3)
      if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "#"), digits.count == 3,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(value)
        rest = rest.dropFirst(4)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}
