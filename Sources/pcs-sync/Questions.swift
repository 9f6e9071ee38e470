import PCSCore
import Synchronization

/// Asks the user, through whoever shows our stream, and reads the answers and orders that come
/// back on standard input.
final class Questions: Sendable {
  private let stream: SessionStream
  private let mayAsk: Bool
  private let waiting = Mutex<CheckedContinuation<String?, Never>?>(nil)
  private let listening = Mutex<(@Sendable () -> Void)?>(nil)

  init(stream: SessionStream, mayAsk: Bool) {
    self.stream = stream
    self.mayAsk = mayAsk
  }

  /// Calls `action`, which reads the answers, before the first question.
  ///
  /// Not earlier: ssh may ask on the same terminal.
  func listen(with action: @escaping @Sendable () -> Void) {
    listening.withLock { $0 = action }
  }

  /// Whether the answer is yes; nil when nobody is there to ask.
  func confirm(_ text: String) async -> Bool? {
    guard let answer = await ask(text + " [y/N] ", choices: ["y", "n"]) else { return nil }
    return ["y", "yes"].contains(answer.lowercased())
  }

  /// What was answered, whatever it was; nil when nobody is there to ask.
  func ask(_ text: String, choices: [String]) async -> String? {
    guard mayAsk else { return nil }
    let listen = listening.withLock { action in
      defer { action = nil }
      return action
    }
    listen?()
    stream.emit(
      .other([
        "type": "question", "text": .string(text), "choices": .array(choices.map { .string($0) }),
      ]))
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in waiting.withLock { $0 = continuation } }
    } onCancel: {
      hear(answer: nil)
    }
  }

  /// Takes a line of standard input for the answer; nil when there will be none.
  func hear(answer: String?) {
    waiting.withLock { waiting in
      waiting?.resume(returning: answer)
      waiting = nil
    }
  }
}
