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

  private struct Done {
    var bytes: UInt64 = 0
    var plan = TransferPlan()
  }

  func run() throws {
    let start = ContinuousClock.now
    let done = Mutex(Done())
    let transfer = Transfer(context: context, command: command, pace: pace)
    try transfer.run { [context, folder, pace] line in
      switch line {
      case .item(let item):
        let path = folder.pushing(FilePath(bytes: item.path))
        context.log(.full, item.deed + " " + WirePath(path).text, WirePath(path).context)
        let (bytes, entries) = done.withLock { done in
          done.plan.add(item, allocated: item.size)
          return (done.bytes, done.plan.count)
        }
        pace.update { $0.sent(bytes: bytes, entries: entries) }
        pace.say("\(item.deed) \(WirePath(path).text)")
      case .sent(let bytes):
        let entries = done.withLock { done in
          done.bytes = bytes
          return done.plan.count
        }
        pace.update { $0.sent(bytes: bytes, entries: entries) }
      case .kept(let name):
        let path = folder.pushing(FilePath(bytes: name))
        context.log(
          .info, "Kept \(WirePath(path).text): something in it is excluded",
          WirePath(path).context)
      default: break
      }
    }
    pace.update { $0.finished(plan) }
    summarize(done.withLock { $0.plan }, ContinuousClock.now - start)
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
