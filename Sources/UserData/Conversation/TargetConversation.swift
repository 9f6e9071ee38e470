import Dispatch
import FileTrees
import FoundationEssentials
import PCSCore
import Synchronization
import SystemPackage

/// This module's own program on the target, in one process from the first question to the commit.
package final class TargetConversation: Sendable {
  private let context: ModuleContext
  private let process: BlockingWork<Void>
  private let requests: SerialOutput
  private let answers = LineQueue()
  private let pace: ProgressPace
  private let commits = Mutex(false)
  private let ends = Ends()
  /// So many batches of frames may wait to be written.
  private let waiting = DispatchSemaphore(value: 4)

  /// Whether it was asked to commit, and so may have changed something of the users'.
  package var mayHaveWritten: Bool { commits.withLock { $0 } }

  /// Starts it; nobody waits for that.
  init(_ context: ModuleContext, _ half: TargetHalf, _ pace: ProgressPace) throws {
    self.context = context
    self.pace = pace
    let pipe = try Pipe()
    requests = SerialOutput(pipe.writing)
    process = BlockingWork { [answers, ends] in
      do {
        try await half.call(["serve"], .pipe(pipe.reading)) { line in
          if AnswerEnd.isMarked(line) { ends.count.withLock { $0.come += 1 } }
          await answers.add(line)
        }
        ends.count.withLock { $0.come += Ends.many }
        answers.end()
      } catch {
        ends.count.withLock { $0.come += Ends.many }
        answers.end(error)
        throw error
      }
    }
  }

  /// Asks for something of which the answer is taken later.
  func send(_ request: TargetRequest) throws {
    requests.write(try request.bytes)
  }

  /// Takes the answer to the oldest request that has had none, line by line; what the target logs
  /// meanwhile is passed on.
  func receive(
    _ onLine: @escaping @Sendable ([UInt8]) throws -> Void,
    onEvent: @escaping @Sendable () -> Void = {}
  ) throws {
    let end = try context.blocking { [answers, context, pace] in
      try await pace.keepingAlive {
        try await answers.taking {
          // The last event of all is the result of a process that should not have ended.
          var event: [UInt8]?
          while let line = try await answers.next() {
            if let event { context.reporter.passOn(event) }
            event = nil
            if let end = try AnswerEnd(line: line) { return end }
            if line.first == UInt8(ascii: "{") {
              event = line
              onEvent()
            } else {
              try onLine(line)
            }
          }
          throw WireError()
        }
      }
    }
    guard let error = end.error else { return }
    throw SyncError(
      "\(context.session.targetHostname): \(error.message)", id: error.kind, hint: error.hint,
      exitStatus: ExitStatus(rawValue: end.exitCode) ?? .failure)
  }

  func ask(
    _ request: TargetRequest, _ onLine: @escaping @Sendable ([UInt8]) throws -> Void
  ) throws {
    try send(request)
    try receive(onLine)
  }

  /// What the content of each file comes to.
  func digests(_ request: DigestRequest) throws -> [ContentDigest] {
    let lines = Collected<[UInt8]>()
    try ask(.digest(request), lines.add)
    return try request.digests(lines.all)
  }

  /// The digests of blocks of files; `meanwhile` is done while the target reads.
  func blocks(
    _ request: BlockRequest, meanwhile: @escaping () throws -> Void
  ) throws -> [BlockDigests] {
    try send(.blocks(request))
    // The caller waits until it is done.
    nonisolated(unsafe) let meanwhile = meanwhile
    try context.blocking { [pace] in try await pace.keepingAlive { try meanwhile() } }
    let lines = Collected<[UInt8]>()
    try receive(lines.add)
    return try request.digests(lines.all)
  }

  /// The same of files that an interrupted sync has received; nil for one that cannot be used.
  func blocks(
    _ request: ReceivedBlocksRequest, meanwhile: @escaping () throws -> Void
  ) throws -> [BlockDigests?] {
    try send(.receivedBlocks(request))
    // The caller waits until it is done.
    nonisolated(unsafe) let meanwhile = meanwhile
    try context.blocking { [pace] in try await pace.keepingAlive { try meanwhile() } }
    let lines = Collected<[UInt8]>()
    try receive(lines.add)
    return try request.digests(lines.all)
  }

  /// Returns the files of the units that the target finds.
  func units(_ request: UnitRequest) throws -> [FilePath: Entry] {
    let lines = Collected<[UInt8]>()
    try ask(.units(request), lines.add)
    var found: [FilePath: Entry] = [:]
    for line in lines.all {
      guard case .sought(let path, let entry) = try LookReply(line: line) else { throw WireError() }
      found[path] = entry
    }
    return found
  }

  /// What changed there of some paths; nil where the base is gone.
  func changes(_ request: CompareRequest) throws -> [FilePath: FolderFindings.Changed]? {
    let lines = Collected<[UInt8]>()
    try ask(.compare(request), lines.add)
    return try lines.all.map { try LookReply(line: $0) }.changed
  }

  /// Takes the answer to a `ListRequest`.
  func entries(_ reply: @escaping (LookReply) throws -> Void) throws {
    // The caller waits until the answer has ended.
    nonisolated(unsafe) let reply = reply
    try receive { line in try reply(try LookReply(line: line)) }
  }

  /// The accounts of the target that a request names.
  func accounts(_ request: AccountRequest) throws -> Accounts {
    let lines = Collected<[UInt8]>()
    try ask(.accounts(request), lines.add)
    guard lines.all.count == 1 else { throw WireError() }
    return try Accounts(line: lines.all[0])
  }

  /// Has plans prepared and committed; returns what the target says.
  ///
  /// `stream` sends the new entries. When `isLittle` it does so without waiting for the target's
  /// decision. Else `resume` is called first, with the interrupted syncs whose files can be reused.
  /// If the target wants content that no plan sends, it says so and has done nothing.
  func commit(
    _ plans: [PlanRequest], isLittle: Bool, resume: ([InterruptedSync]) throws -> Void,
    stream: () throws -> Void
  ) throws -> [PlanAnswer] {
    ends.count.withLock { $0.due = $0.come + (isLittle ? 1 : 0) }
    try send(.plans(plans))
    if !isLittle {
      let answers = try takeAnswers()
      if answers.wantContent { return answers }
      try resume(answers.interrupted)
    }
    ends.count.withLock { $0.due = max($0.due, $0.come) }
    try stream()
    if hasRefused {
      if isLittle { _ = try takeAnswers() }
      return try takeAnswers()
    }
    pace.say("Putting everything in place")
    commits.withLock { $0 = true }
    try send(.commit)
    if isLittle {
      let answers = try takeAnswers()
      if answers.wantContent {
        _ = try takeAnswers()
        commits.withLock { $0 = false }
        return answers
      }
    }
    return try takeAnswers()
  }

  /// True once the target has refused the stream; its answer tells why.
  var hasRefused: Bool { ends.count.withLock { $0.come > $0.due } }

  /// Sends a request with frames, and waits while many wait to be written.
  func send(frames request: [UInt8]) throws {
    while waiting.wait(timeout: .now() + 0.2) == .timedOut {
      if context.isAborting { throw AbortError() }
      pace.update { _ in }
    }
    if context.isAborting { throw AbortError() }
    requests.write(request) { [waiting] in waiting.signal() }
  }

  private func takeAnswers() throws -> [PlanAnswer] {
    let answers = Collected<PlanAnswer>()
    try receive(
      { line in answers.add(try PlanAnswer(line: line)) },
      onEvent: { [pace] in pace.update { $0.placed() } })
    return answers.all
  }

  /// Lets it end once it has answered everything, and waits for that.
  func finish() throws {
    requests.close()
    try process.wait()
  }

  /// Ends it, whatever it does, unless it has ended.
  func end() {
    requests.close()
    process.cancel()
    try? process.wait()
  }
}

/// Ends of answers that have come, and those that were due before the commit.
private final class Ends: Sendable {
  let count = Mutex((come: 0, due: 0))
  /// Stands for the end of the conversation: more than are ever due.
  static let many = 1 << 40
}

extension [PlanAnswer] {
  fileprivate var interrupted: [InterruptedSync] {
    compactMap { if case .interrupted(let sync) = $0 { sync } else { nil } }
  }

  fileprivate var wantContent: Bool {
    contains { if case .wanted = $0 { true } else { false } }
  }
}
