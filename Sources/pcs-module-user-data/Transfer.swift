import PCSCore
import Synchronization
import SystemPackage
import UserData

/// One run of rsync, read line by line.
struct Transfer {
  let context: ModuleContext
  let command: RsyncCommand
  let pace: ProgressPace

  /// Runs it to its end; an abort ends it on both machines.
  func run(onLine: @escaping @Sendable (RsyncLine) throws -> Void) throws {
    let child = child
    let input = command.input
    let complaints = Complaints()
    let kept = KeptLines()
    let status = try context.blocking { [context, pace] in
      try await pace.keepingAlive {
        try await child.run(input: .bytes(input)) { stream, bytes in
          let line = stream == .output ? RsyncLine(output: bytes) : RsyncLine(error: bytes)
          guard case .complaint(let text, let isError) = line else {
            if kept.passes(line) { try onLine(line) }
            return
          }
          complaints.add(text)
          context.log(isError ? .error : .warning, text)
        }
      }
    }
    guard status.code != 0 else { return }
    throw RsyncFailure(
      folder: command.folder, target: context.session.targetHostname, status: status.code,
      isOutOfSpace: complaints.isOutOfSpace, complaint: complaints.last)
  }

  private var child: ChildProcess {
    var child = ChildProcess("rsync", bytes: command.arguments)
    child.environment = RsyncCommand.environment.merging(
      (context.remote?.environment ?? [:]).mapValues { $0 }
    ) { $1 }
    child.splitsAtReturn = true
    return child
  }
}

/// What rsync has complained about.
private final class Complaints: Sendable {
  private let texts = Mutex((last: "", isOutOfSpace: false))

  var last: String { texts.withLock { $0.last } }
  /// Whether the target's disk was full.
  var isOutOfSpace: Bool { texts.withLock { $0.isOutOfSpace } }

  func add(_ text: String) {
    let isAboutSpace =
      text.contains("No space left on device") || text.contains("Disk quota exceeded")
    texts.withLock { $0 = (text, $0.isOutOfSpace || isAboutSpace) }
  }
}

/// Lets through what is news of kept directories.
private final class KeptLines: Sendable {
  private let kept = Mutex(KeptDirectories())

  func passes(_ line: RsyncLine) -> Bool { kept.withLock { $0.passes(line) } }
}
