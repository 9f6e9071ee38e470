import Btrfs
import FileTrees
import Glibc
import LiveCommit
import PCSCore
package import SystemPackage

/// Sends what is new in one folder: the content of the files that its plan names, and its trees.
package struct PlanSender {
  private let stream: FrameStream
  /// The place of the folder among those of the sync.
  private let index: Int
  private let now: FilteredTree
  private let received: ReceivedFiles?
  private let onPath: (FilePath) -> Void

  /// `onPath` is told what is read next.
  package init(
    _ stream: FrameStream, folder index: Int, _ now: FilteredTree,
    received: ReceivedFiles? = nil, onPath: @escaping (FilePath) -> Void = { _ in }
  ) {
    self.stream = stream
    self.index = index
    self.now = now
    self.received = received
    self.onPath = onPath
  }

  /// `sources` has the place here of what goes under another name.
  package func send(_ plan: MirrorPlan, sources: [FilePath: FilePath]) throws {
    for (number, setting) in plan.changes.settings.enumerated() where setting.hasContent {
      let path = sources[setting.path] ?? setting.path
      onPath(path)
      guard let content = try ContentReader(path, in: now.tree) else {
        throw FileError(path, "cannot open", .noSuchFileOrDirectory)
      }
      if sources[setting.path] == nil,
        let reuse = try received?.reuse(path, setting.entry, content: content.digest)
      {
        try stream.add(content, reuse) { .reusedSetting(folder: index, number, $0) }
      } else if setting.base != nil {
        try stream.add(.changed(folder: index, number))
        try content.send(only: plan.written[setting.path] ?? [], stream)
      } else {
        try stream.add(content) { .setting(folder: index, number, short: $0) }
      }
    }
    let sender = TreeSender(stream, folder: index, now, received, onPath: onPath)
    for tree in plan.changes.trees { try sender.send(tree) }
    try stream.flush()
  }
}

extension FrameStream {
  /// Adds a file: the frame that begins it, and its content.
  func add(_ content: ContentReader, _ frame: ([UInt8]?) -> Frame) throws {
    if content.isShort { return try add(frame(content.whole())) }
    try add(frame(nil))
    try content.send(self)
  }
}
