package import PCSCore

/// One line that rsync writes for a change, in the format `RsyncCommand.itemFormat`.
package struct RsyncItem: Sendable, Equatable {
  package let operation: Change.Operation
  /// As `change` lines have it; nil where rsync does not say.
  package let kind: String?
  /// Whether the content of a file is sent.
  package let sendsContent: Bool
  /// The apparent size, in bytes.
  package let size: UInt64
  /// Whether there was nothing of that name on the target.
  package let isNew: Bool
  /// Relative to the folder; empty for the folder itself.
  package let path: [UInt8]

  /// nil when the line is something else that rsync says.
  package init?(_ line: [UInt8]) {
    let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard line.first == RsyncCommand.itemMark, let code = fields.first?.dropFirst() else {
      return nil
    }
    // A deletion's code is filled up with spaces.
    let rest = fields.dropFirst().drop { $0.isEmpty }
    guard let length = rest.first, code.count >= 3,
      let size = UInt64(String(decoding: length, as: UTF8.self))
    else { return nil }
    let name = RsyncName.unescaped(line.suffix(from: length.endIndex + 1))
    self.init(code: Array(code), size: size, name: name)
  }

  private init?(code: [UInt8], size: UInt64, name: [UInt8]) {
    let isDeletion = code.starts(with: "*deleting".utf8)
    let isDirectory = name.last == UInt8(ascii: "/")
    var name = name
    if isDirectory { name.removeLast() }
    path = name == [UInt8(ascii: ".")] ? [] : name
    self.size = size
    sendsContent = "<>".utf8.contains(code[0])
    if isDeletion {
      isNew = false
      operation = .deleted
      kind = isDirectory ? "directory" : nil
      return
    }
    let kinds: [UInt8: String] = [
      UInt8(ascii: "f"): "file", UInt8(ascii: "d"): "directory", UInt8(ascii: "L"): "symlink",
      UInt8(ascii: "D"): "device",
    ]
    kind = kinds[code[1]]
    isNew = code[2] == UInt8(ascii: "+")
    switch code[0] {
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "c"):
      operation = isNew ? .created : .modified
    case UInt8(ascii: "h"): operation = .linked
    case UInt8(ascii: "."): operation = .metadata
    default: return nil
    }
  }
}

/// A name as rsync prints it.
package enum RsyncName {
  /// Undoes `\#ooo`, which stands for a byte that is not printable in the C locale.
  package static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
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
