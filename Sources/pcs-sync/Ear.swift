import PCSCore
import Synchronization

/// Takes what one call writes, and keeps what the driver asks for once it has ended.
final class Ear: Sendable {
  private struct Content {
    var check: LineCheck
    var result: ToolResult?
    var events: [Event] = []
    var refusal: [[UInt8]] = []
  }

  private let call: ToolCall
  private let content: Mutex<Content>

  init(_ call: ToolCall, _ check: LineCheck) {
    self.call = call
    content = Mutex(Content(check: check))
  }

  /// Takes a line of standard output; returns its events.
  func hear(_ line: [UInt8]) -> [Event] {
    content.withLock { content in
      let read = content.check.read(line)
      if let result = read.result { content.result = result }
      content.events += read.events.filter(\.isKept)
      return read.events
    }
  }

  /// Takes a line of standard error in which `pcs-remote` says why it ended the call.
  func takes(error line: [UInt8]) -> Bool {
    guard call.place == .there, line.starts(with: Array("pcs-remote: ".utf8)) else { return false }
    content.withLock { $0.refusal.append(line) }
    return true
  }

  /// What `pcs-remote` said.
  var refusal: [[UInt8]] { content.withLock { $0.refusal } }

  var summary: Event? { content.withLock { $0.check.summary } }

  func reply(_ status: ChildProcess.Status) -> ToolReply {
    content.withLock { content in
      let said = ErrorLines(
        Array(content.refusal.joined(separator: "\n".utf8)), of: "pcs-remote")
      return ToolReply(
        call: call, status: status, result: content.result, events: content.events,
        refusal: said.message.map {
          ErrorDescription(kind: "remote.failed", message: $0, hint: said.hint)
        })
    }
  }
}

extension Event {
  /// Whether the driver wants to see the event again: there are few of them.
  fileprivate var isKept: Bool {
    switch self {
    case .log, .progress, .change, .disk: false
    default: !isSignOfLife
    }
  }
}
