import Synchronization
import Testing

@testable import PCSCore

@Suite struct LineQueueTests {
  private struct Failure: Error {}

  private static func line(_ number: Int) -> [UInt8] { Array("\(number)".utf8) }

  @Test func holdsUpTheReaderWhileLinesAreTaken() async throws {
    let queue = LineQueue()
    let added = Mutex(0)
    let reader = Task {
      for number in 0..<10_000 {
        await queue.add(Self.line(number))
        added.withLock { $0 += 1 }
      }
      queue.end()
    }
    try await queue.taking {
      var taken = 0
      while let line = try await queue.next() {
        #expect(line == Self.line(taken))
        taken += 1
        #expect(added.withLock { $0 } <= taken + LineQueue.most)
      }
      #expect(taken == 10_000)
    }
    await reader.value
  }

  @Test func keepsAllWhileNobodyTakesThem() async throws {
    let queue = LineQueue()
    for number in 0..<3000 { await queue.add(Self.line(number)) }
    queue.end()
    for number in 0..<3000 { #expect(try await queue.next() == Self.line(number)) }
    #expect(try await queue.next() == nil)
  }

  @Test func letsTheReaderGoOnWhenTakingEnds() async throws {
    let queue = LineQueue()
    let reader = Task {
      for number in 0..<3000 { await queue.add(Self.line(number)) }
    }
    #expect(try await queue.taking { try await queue.next() } == Self.line(0))
    await reader.value
  }

  @Test func endsWithAnErrorBehindTheLines() async throws {
    let queue = LineQueue()
    await queue.add(Self.line(0))
    queue.end(Failure())
    #expect(try await queue.next() == Self.line(0))
    await #expect(throws: Failure.self) { try await queue.next() }
  }

  @Test func isNilForATaskThatIsCancelled() async throws {
    let queue = LineQueue()
    let taker = Task { try await queue.taking { try await queue.next() } }
    taker.cancel()
    #expect(try await taker.value == nil)
  }
}
