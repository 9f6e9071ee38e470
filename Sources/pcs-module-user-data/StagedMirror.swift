import FileTrees
import Glibc
import PCSCore
import SyncFilter
import SystemPackage
import UserData

/// Stages a folder of which it is known exactly what changed.
struct StagedMirror {
  private let staging: Staging
  private let folder: StagedFolder
  private let tree: EntryTree
  private(set) var plan: MirrorPlan
  /// Where the content of a copy is read that goes under another name.
  private var sources: [FilePath: FilePath] = [:]

  init(_ staging: Staging, _ folder: StagedFolder) throws {
    self.staging = staging
    self.folder = folder
    plan = folder.plan
    tree = EntryTree(folder.here.snapshot.folder)
    for sent in folder.plan.sent {
      guard let entry = try tree.entry(at: sent.path) else { continue }
      self.plan.settings.append(
        MirrorPlan.Setting(path: sent.copy, entry: entry, hasContent: entry.kind == .file))
      sources[sent.copy] = sent.path
    }
    for setting in self.plan.settings where setting.linkedTo == nil {
      let source = sources[setting.path] ?? setting.path
      guard let handle = try tree.handle(at: source) else { continue }
      let flags = InodeFlags.toTell(handle, setting.entry.kind)
      if flags != 0 { self.plan.flags[setting.path] = flags }
    }
    staging.context.sayUntold(self.plan.flags, of: folder.here.path)
  }

  /// Makes the whole content be sent of some files.
  mutating func sendWhole(_ paths: Set<FilePath>) { plan.sendWhole(paths) }

  /// The plan with the content of every file.
  private func whole(_ header: StageRequest.Header) throws -> StageRequest {
    var request = StageRequest(header, plan: plan)
    request.contents = try contents()
    request.digests = request.contents.mapValues { ContentDigest(of: $0) }
    return request
  }

  private func filtered() throws -> FilteredTree {
    let reader = try DirectoryRulesReader(beneath: tree.root.descriptor, as: folder.here.path)
    return FilteredTree(tree, Filter(folder.filters) { try reader.file(of: $0) })
  }

  /// The same with each entry of its trees in the plan, for a stage.
  func expanded() throws -> StagedMirror {
    var expanded = self
    expanded.plan.sendWhole()
    if plan.trees.isEmpty { return expanded }
    try expanded.plan.expandTrees(filtered())
    return expanded
  }

  /// Sends what is new to the target's preparation directory.
  func prepare(_ stream: FrameStream, folder index: Int) throws {
    let pace = staging.pace
    let sender = PlanSender(stream, folder: index, try filtered()) { path in
      pace.say("Sending \(WirePath(path).text)")
    }
    try sender.send(plan, sources: sources)
    pace.update { [plan] in $0.finished(plan.amount) }
  }

  /// What needs little content takes one call.
  func run(_ header: StageRequest.Header, _ commit: StagedCommit?) throws -> [StageAnswer] {
    var header = header
    let comesAlong = plan.amount.bytes <= MirrorPlan.mostAlong
    header.finishes = comesAlong
    header.commit = comesAlong ? commit : nil
    let answers = try staging.send(comesAlong ? whole(header) : StageRequest(header, plan: plan))
    let wanted = Set(answers.compactMap { if case .wanted(let path) = $0 { path } else { nil } })
    if comesAlong, wanted.isEmpty { return answers }
    var rest = self
    header.commit = commit
    return answers + (try rest.send(wanted, answers, header))
  }

  /// Sends the content that did not come along, and ends the stage.
  private mutating func send(
    _ wanted: Set<FilePath>, _ answers: [StageAnswer], _ header: StageRequest.Header
  ) throws -> [StageAnswer] {
    var header = header
    plan.leaveOut(answers.compactMap { if case .occupied(let path) = $0 { path } else { nil } })
    for index in plan.settings.indices where wanted.contains(plan.settings[index].path) {
      plan.settings[index].hasContent = true
    }
    try sendContent()
    header.prepares = false
    header.finishes = true
    return try staging.send(StageRequest(header, plan: plan, digests: digests()))
  }

  private func contents() throws -> [FilePath: [UInt8]] {
    var contents: [FilePath: [UInt8]] = [:]
    for setting in plan.settings where setting.hasContent {
      guard let file = try tree.handle(at: sources[setting.path] ?? setting.path) else { continue }
      let descriptor = try file.open(O_RDONLY)
      contents[setting.path] = try descriptor.closeAfter {
        try FileContent.read(descriptor, file.path, limit: Int(MirrorPlan.mostAlong))
      }
    }
    return contents
  }

  private func sendContent() throws {
    let files = plan.settings.filter(\.hasContent).map(\.path)
    let (copies, own) = (files.filter { sources[$0] != nil }, files.filter { sources[$0] == nil })
    if !own.isEmpty { try send(.files(own), to: folder.stage.pushing(folder.inside)) }
    for copy in copies {
      guard let path = sources[copy] else { continue }
      try send(.file(path), to: folder.stage.pushing(folder.inside).pushing(copy))
    }
    staging.pace.update { [plan] in $0.finished(plan.amount) }
  }

  private func send(_ selection: RsyncCommand.Selection, to destination: FilePath) throws {
    var command = RsyncCommand(
      source: folder.here.snapshot.folder.path, folder: folder.here.path,
      destination: destination, selection: selection,
      remoteShell: [Places.tool("pcs-remote").string, "rsh"])
    command.bandwidthLimit = staging.settings.bandwidthLimit
    let pace = staging.pace
    let transfer = Transfer(context: staging.context, command: command, pace: pace)
    try transfer.run { line in
      switch line {
      case .sent(let bytes): pace.update { $0.sent(TransferAmount(bytes: bytes, entries: 0)) }
      case .item(let item): pace.say("Sending \(WirePath(FilePath(bytes: item.path)).text)")
      default: break
      }
    }
  }

  private func digests() throws -> [FilePath: ContentDigest] {
    var digests: [FilePath: ContentDigest] = [:]
    for setting in plan.settings where setting.hasContent {
      guard let file = try tree.handle(at: sources[setting.path] ?? setting.path) else { continue }
      digests[setting.path] = try ContentDigest(of: file)
    }
    return digests
  }
}
