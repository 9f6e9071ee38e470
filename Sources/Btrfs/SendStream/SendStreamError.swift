package import PCSCore

/// What is wrong with a btrfs send stream.
package enum SendStreamError: ToolError, Equatable {
  case notAStream
  case unsupportedVersion(UInt32)
  /// It ends before its end command.
  case truncated
  /// A command that fails its checksum, by where it begins in the stream.
  case corrupt(offset: UInt64)
  /// A command longer than the kernel ever writes.
  case oversized(offset: UInt64, length: UInt64)
  case unknownCommand(offset: UInt64, number: UInt16)
  /// A command whose content is not what it must be.
  case malformed(offset: UInt64, what: String)
  /// A command that names what is not there, or is there already.
  case contradictory([UInt8])
  /// Something follows the end command.
  case trailing(offset: UInt64)

  package var id: String { "send_stream.invalid" }
  package var exitStatus: ExitStatus { .inputOutput }

  package var description: String {
    switch self {
    case .notAStream: "send stream: it does not begin like one"
    case .unsupportedVersion(let version): "send stream: version \(version) is not known"
    case .truncated: "send stream: it ends too early"
    case .corrupt(let offset): "send stream: command at byte \(offset): wrong checksum"
    case .oversized(let offset, let length):
      "send stream: command at byte \(offset): too long: \(length) bytes"
    case .unknownCommand(let offset, let number):
      "send stream: command at byte \(offset): number \(number) is not known"
    case .malformed(let offset, let what): "send stream: command at byte \(offset): \(what)"
    case .contradictory(let path):
      "send stream: it contradicts itself about \(String(decoding: path, as: UTF8.self))"
    case .trailing(let offset): "send stream: something follows its end at byte \(offset)"
    }
  }
}
