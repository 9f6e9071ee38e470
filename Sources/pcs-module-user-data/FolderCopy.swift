import PCSCore
import Synchronization
import SystemPackage
import UserData

/// Makes one folder of the target equal, and says of every entry what was done.
struct FolderCopy {
  let context: ModuleContext
  let folder: FilePath
  let command: RsyncCommand
  let plan: TransferPlan
  let pace: ProgressPace

  func run() throws {
    let start = ContinuousClock.now
    let done = Done()
    try Transfer(context: context, command: command, pace: pace).run { [self] line in
      switch line {
      case .item(let item):
        note(item)
        advance(done.add(item))
      case .sent(let bytes): advance(done.sent(bytes))
      default: break
      }
    }
    pace.update { $0.finished(plan) }
    summarize(done.plan, ContinuousClock.now - start)
  }

  private func note(_ item: RsyncItem) {
    let path = WirePath(folder.pushing(FilePath(bytes: item.path)))
    let words = "\(item.deed) \(path.text)"
    context.log(.full, words, path.context)
    pace.say(words)
  }

  private func advance(_ now: (bytes: UInt64, entries: Int)) {
    pace.update { $0.sent(bytes: now.bytes, entries: now.entries) }
  }

  private func summarize(_ plan: TransferPlan, _ duration: Duration) {
    let seconds = (duration.seconds * 10).rounded() / 10
    context.log(
      .info,
      "\(folder): \(plan.count) entries written, "
        + "\(Size.text(plan.apparentBytes)) in files, \(plan.deleted) deleted, in \(seconds) s",
      plan.facts.merging(["duration": .number(duration.seconds)]) { $1 })
  }
}

/// What a transfer has done so far.
private final class Done: Sendable {
  private let state = Mutex((bytes: UInt64(0), plan: TransferPlan()))

  var plan: TransferPlan { state.withLock { $0.plan } }

  func add(_ item: RsyncItem) -> (bytes: UInt64, entries: Int) {
    state.withLock { state in
      state.plan.add(item, allocated: item.size)
      return (state.bytes, state.plan.count)
    }
  }

  func sent(_ bytes: UInt64) -> (bytes: UInt64, entries: Int) {
    state.withLock { state in
      state.bytes = bytes
      return (bytes, state.plan.count)
    }
  }
}
