import PCSCore
import Synchronization
import SystemPackage
import UserData

/// Makes a whole folder in a stage equal, as rsync finds out what differs.
struct FullTransfer {
  let context: ModuleContext
  let command: RsyncCommand
  let plan: TransferPlan
  let pace: ProgressPace

  func run() throws {
    let done = Mutex((bytes: UInt64(0), entries: 0))
    try Transfer(context: context, command: command, pace: pace).run { [pace] line in
      let amount = done.withLock { done -> TransferAmount? in
        switch line {
        case .item: done.entries += 1
        case .sent(let bytes): done.bytes = bytes
        default: return nil
        }
        return TransferAmount(bytes: done.bytes, entries: done.entries)
      }
      if case .item(let item) = line {
        pace.say("Sending \(WirePath(FilePath(bytes: item.path)).text)")
      }
      if let amount { pace.update { $0.sent(amount) } }
    }
    pace.update { $0.finished(plan.amount) }
  }
}
