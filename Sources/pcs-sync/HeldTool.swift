import Glibc
import PCSCore
import Synchronization
import SystemPackage

/// A tool that runs beside the sync until it is told to end: an agent, the connection, a monitor.
final class HeldTool: Sendable {
  private let task: Task<ToolReply, any Error>
  private let events: AsyncStream<Event>
  private let input: Mutex<FileDescriptor?>

  /// Starts the call; with `holdsInput` its standard input stays open until `closeInput`.
  init(_ call: ToolCall, _ runner: ToolRunner, holdsInput: Bool) throws {
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    let pipe = holdsInput ? try Pipe() : nil
    let source = pipe.map { ChildProcess.Input.pipe($0.reading) } ?? .bytes(call.input)
    self.events = events
    input = Mutex(pipe?.writing)
    if let pipe { _ = fcntl(pipe.writing.rawValue, F_SETFL, O_NONBLOCK) }
    task = Task {
      defer { continuation.finish() }
      return try await runner.run(call, input: source) { continuation.yield($0) }
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
      _ = Glibc.write(input.rawValue, &byte, 1)
      return true
    }
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
