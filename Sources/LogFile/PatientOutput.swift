import Dispatch
package import PCSCore
import Synchronization
package import SystemPackage

/// An output whose reader may be slow, stop, or go away, without holding up its writer.
package final class PatientOutput: Sendable {
  private struct State {
    var backlog = Backlog()
    var isFinished = false
    var error: OutputError?
  }

  private let descriptor: FileDescriptor
  private let state = Mutex(State())
  private let filled = DispatchSemaphore(value: 0)
  private let emptied = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  package init(to descriptor: FileDescriptor = .standardOutput) {
    self.descriptor = descriptor
    DispatchQueue(label: "output").async { self.drain() }
  }

  /// Queues a line; waits only when the queue is full.
  package func write(_ line: [UInt8], isProgress: Bool = false) {
    while true {
      let isFull = state.withLock { state in
        if state.error != nil { return false }
        if state.backlog.isFull { return true }
        state.backlog.append(line, isProgress: isProgress)
        return false
      }
      filled.signal()
      guard isFull else { return }
      emptied.wait()
    }
  }

  /// Waits until everything is written, or cannot be; returns the error, if there was one.
  package func finish() -> OutputError? {
    state.withLock { $0.isFinished = true }
    filled.signal()
    ended.wait()
    return state.withLock { $0.error }
  }

  private func drain() {
    while true {
      let (lines, isFinished) = state.withLock { ($0.backlog.take(), $0.isFinished) }
      if lines.isEmpty {
        if isFinished { break }
        filled.wait()
        continue
      }
      do {
        try descriptor.writeAll(lines)
      } catch {
        state.withLock { state in
          state.error = OutputError(errno: error as? Errno ?? .ioError)
          state.backlog = Backlog()
        }
        emptied.signal()
        break
      }
      emptied.signal()
    }
    ended.signal()
  }
}
