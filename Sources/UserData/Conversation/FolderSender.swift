import FileTrees
import LiveCommit
import PCSCore
import SystemPackage

/// The source's side of a folder whose plan is carried out: completes the plan, and sends what is new.
struct FolderSender {
  private let delivery: Delivery
  private let folder: DecidedFolder
  private let tree: EntryTree
  private(set) var plan: MirrorPlan
  /// Where the content of a copy is read that goes under another name.
  private var sources: [FilePath: FilePath] = [:]

  init(_ delivery: Delivery, _ folder: DecidedFolder) throws {
    self.delivery = delivery
    self.folder = folder
    plan = folder.plan
    tree = folder.here.snapshot.tree
    for sent in folder.plan.sent {
      guard let entry = try tree.entry(at: sent.path) else { continue }
      self.plan.changes.settings.append(
        FolderChanges.Setting(path: sent.copy, entry: entry, hasContent: entry.kind == .file))
      sources[sent.copy] = sent.path
    }
    for setting in self.plan.changes.settings where setting.linkedTo == nil {
      let source = sources[setting.path] ?? setting.path
      guard let handle = try tree.handle(at: source) else { continue }
      let flags = InodeFlags.toTell(handle, setting.entry.kind)
      if flags != 0 { self.plan.changes.flags[setting.path] = flags }
    }
    delivery.context.sayUntold(self.plan.changes.flags, of: folder.here.path)
  }

  /// Makes all of the content of some files be sent.
  mutating func sendWhole(_ paths: [FilePath]) { plan.sendWhole(paths) }

  /// Sends what is new to the target's preparation directory.
  func send(_ stream: FrameStream, folder index: Int, _ received: ReceivedFiles?) throws {
    let pace = delivery.pace
    let sender = PlanSender(
      stream, folder: index, try folder.filtered(), received: received
    ) { path in
      pace.say("Sending \(WirePath(path).text)")
    }
    do { try sender.send(plan, sources: sources) } catch let error as FileError {
      // A user knows the file by its place in the folder, not in the snapshot.
      let inside = error.path.relative(to: tree.root.path)
      throw FileError(
        inside.map(folder.here.path.pushing) ?? error.path, error.what, error.errno)
    }
    let amount =
      received == nil
      ? plan.amount : TransferAmount(bytes: stream.bytes, entries: plan.amount.entries)
    pace.update { $0.finished(amount) }
  }
}
