import PCSCore
import Synchronization
import SystemPackage
import UserData

/// Finds what differs in one folder, and writes nothing.
struct FolderComparison {
  let context: ModuleContext
  let folder: FilePath
  let command: RsyncCommand
  let pace: ProgressPace
  /// Called for everything that differs.
  var onItem: @Sendable (RsyncItem) -> Void = { _ in }

  func run() throws -> TransferPlan {
    pace.say("Comparing \(folder)")
    var command = command
    command.isDryRun = true
    let sum = PlanSum()
    try Transfer(context: context, command: command, pace: pace).run { [self] line in
      switch line {
      case .item(let item): note(item, in: sum)
      case .entries(let count): sum.update { $0.sourceEntries = count }
      case .kept(let name):
        sum.update { $0.keptDirectories.append(FilePath(bytes: name)) }
        say(kept: folder.pushing(FilePath(bytes: name)))
      default: break
      }
    }
    let plan = sum.plan
    pace.update { $0.compared(plan.amount) }
    context.log(.info, plan.text(for: folder), plan.facts)
    return plan
  }

  private func note(_ item: RsyncItem, in sum: PlanSum) {
    let allocated = item.allocated(below: command.source)
    sum.update { $0.add(item, allocated: allocated) }
    onItem(item)
  }

  private func say(kept path: FilePath) {
    let path = WirePath(path)
    context.log(.info, "\(path.text): stays: something in it is excluded", path.context)
  }
}

/// A plan that grows while rsync runs.
private final class PlanSum: Sendable {
  private let content = Mutex(TransferPlan())

  var plan: TransferPlan { content.withLock { $0 } }

  func update(_ change: (inout TransferPlan) -> Void) {
    content.withLock { change(&$0) }
  }
}
