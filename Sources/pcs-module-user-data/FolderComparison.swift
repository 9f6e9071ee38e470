import FileTrees
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

  /// Where rsync cannot make way for a file it may wait for ever for further names of it, and say
  /// nothing: what is there is left out, and everything compared again.
  func run() throws -> TransferPlan {
    var occupied: [FilePath] = []
    while true {
      do {
        var plan = try compare(besides: occupied)
        plan.occupied = occupied
        pace.update { $0.compared(plan.amount) }
        context.log(.info, plan.text(for: folder), plan.facts)
        return plan
      } catch let place as OccupiedPlace {
        occupied.append(place.path)
        let name = WirePath(folder.pushing(place.path))
        context.log(
          .warning,
          "\(name.text): stays as it is on the target: something excluded is in it, and here is no"
            + " directory", name.context)
      }
    }
  }

  /// Thrown to end rsync.
  private struct OccupiedPlace: Error {
    let path: FilePath
  }

  private func compare(besides occupied: [FilePath]) throws -> TransferPlan {
    pace.say("Comparing \(folder)")
    var command = command
    command.isDryRun = true
    for path in occupied { command.leaveOut(path) }
    let sum = PlanSum()
    let tree = Mutex(EntryTree(try Directory(command.source)))
    try Transfer(context: context, command: command, pace: pace).run { [self] line in
      switch line {
      case .item(let item):
        note(item, in: sum)
        try tree.withLock { try noteFlags(item, $0, in: sum) }
      case .entries(let count): sum.update { $0.sourceEntries = count }
      case .kept(let name):
        let path = FilePath(bytes: name)
        if try hasNoDirectory(at: path) { throw OccupiedPlace(path: path) }
        sum.update { $0.keptDirectories.append(path) }
        say(kept: folder.pushing(path))
      default: break
      }
    }
    return sum.plan
  }

  private func hasNoDirectory(at path: FilePath) throws -> Bool {
    let entry = try EntryTree(try Directory(command.source)).entry(at: path)
    return entry.map { $0.kind != .directory } ?? false
  }

  private func note(_ item: RsyncItem, in sum: PlanSum) {
    let allocated = item.allocated(below: command.source)
    sum.update { $0.add(item, allocated: allocated) }
  }

  /// rsync knows nothing of them.
  private func noteFlags(_ item: RsyncItem, _ tree: EntryTree, in sum: PlanSum) throws {
    guard item.operation != .deleted, ["file", "directory"].contains(item.kind) else { return }
    let path = FilePath(bytes: item.path)
    let kind: EntryKind = item.kind == "file" ? .file : .directory
    guard let handle = try tree.handle(at: path) else { return }
    let flags = InodeFlags.toTell(handle, kind)
    if flags == 0 { return }
    sum.update {
      $0.flags[path] = flags
      if kind == .directory { $0.flaggedDirectories.insert(path) }
    }
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
