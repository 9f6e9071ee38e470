import Glibc
import PCSCore
import Synchronization
import SystemPackage

/// A tool that runs beside the sync until it is told to end: an agent, the connection, a monitor.
final class HeldTool: Sendable {
  private let task: Task<ToolReply, any Error>
  private let events: AsyncStream<Event>
  private let input: Mutex<FileDescriptor?>
  private let signs = Signs()

  /// What the tool and this driver have heard of each other.
  private final class Signs: Sendable {
    let sent = Mutex(0)
    let heard = Mutex(0)
    let hasEnded = Mutex(false)
  }

  /// Starts the call; with `holdsInput` its standard input stays open until `closeInput`.
  init(_ call: ToolCall, _ runner: ToolRunner, holdsInput: Bool) throws {
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    let pipe = holdsInput ? try Pipe() : nil
    let source = pipe.map { ChildProcess.Input.pipe($0.reading) } ?? .bytes(call.input)
    self.events = events
    input = Mutex(pipe?.writing)
    if let pipe { _ = fcntl(pipe.writing.rawValue, F_SETFL, O_NONBLOCK) }
    task = Task { [signs] in
      defer {
        signs.hasEnded.withLock { $0 = true }
        continuation.finish()
      }
      return try await runner.run(call, input: source) { event in
        if let heard = event.heard { signs.heard.withLock { $0 = heard } }
        continuation.yield(event)
      }
    }
  }

  /// Waits for the first event of which `isReady` is true; throws what the tool failed of when it
  /// ends before.
  func wait<Value: Sendable>(for isReady: @Sendable (Event) -> Value?) async throws -> Value {
    for await event in events {
      if let value = isReady(event) { return value }
    }
    try Task.checkCancellation()
    _ = try await task.value.get()
    throw SyncError("a tool ended before it was ready", exitStatus: .software)
  }

  /// How it ended; throws also when it was cancelled.
  var reply: ToolReply {
    get async throws { try await task.value }
  }

  /// Writes a sign to its input, without ever waiting for it to be read; false once the input is
  /// closed.
  func send(_ byte: UInt8) -> Bool {
    input.withLock { input in
      guard let input else { return false }
      var byte = byte
      if Glibc.write(input.rawValue, &byte, 1) == 1 { signs.sent.withLock { $0 += 1 } }
      return true
    }
  }

  /// Asks for a sign of life, and waits until it has come or the tool has ended, at most `limit` and
  /// as long as `isPointless` is false; returns whether it has ended.
  func hasEnded(
    within limit: Duration, unless isPointless: () -> Bool
  ) async -> Bool {
    guard send(UInt8(ascii: "\n")) else { return false }
    let due = signs.sent.withLock { $0 }
    let end = ContinuousClock.now + limit
    while signs.heard.withLock({ $0 }) < due, !signs.hasEnded.withLock({ $0 }),
      ContinuousClock.now < end, !isPointless()
    { try? await Task.sleep(for: .milliseconds(10)) }
    return signs.hasEnded.withLock { $0 }
  }

  /// Ends its input, which is the leash of an agent and of the connection.
  func closeInput() {
    input.withLock { input in
      try? input?.close()
      input = nil
    }
  }

  /// Closes the connection that it holds, also when it has died and left it behind.
  func endConnection(_ runner: ToolRunner?) async {
    closeInput()
    await waitForEnd(atMost: .seconds(2))
    guard (try? await reply.get()) == nil, let runner, runner.controlPath != nil else { return }
    _ = try? await runner.silently.run(ToolCall("pcs-remote", ["disconnect"]))
  }

  /// Sends it SIGTERM, and later SIGKILL.
  func cancel() {
    task.cancel()
  }

  /// Waits for its end; it is killed when that takes longer than `limit`.
  func waitForEnd(atMost limit: Duration) async {
    let timer = Task {
      try await Task.sleep(for: limit)
      cancel()
    }
    _ = try? await task.value
    timer.cancel()
  }
}
