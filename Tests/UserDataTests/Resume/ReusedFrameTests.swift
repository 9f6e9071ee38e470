import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

/// Streams that reuse what cannot be reused.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct ReusedFrameTests {
  /// A frame for the file `tree/a/2` of what was received.
  private static func reuse(
    _ entry: Entry, session: String = "00000001", _ path: FilePath? = nil, isWhole: Bool = true
  ) -> Frame {
    let file = ReusedFile(session: session, path: path, isWhole: isWhole)
    return .reusedEntry("2", entry, flags: 0, file)
  }

  @Test(arguments: [
    "another session", "nothing there", "a directory", "a link", "a directory behind a link",
    "a file with two names", "an entry that is none", "an entry with two names", "twice",
  ])
  func refusesToReuse(_ what: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, ResumeTests.many)
      try scene.interrupt(at: 1)
      try await btrfs.sh(
        "cd directory-*; ln -s 3 a/link; ln -s a dirlink; ln a/3 a/4two", in: scene.prepared)
      let (preparation, plan, _) = try scene.begin()
      let tree = EntryTree(try Directory(scene.scene.source.root))
      var entry = try #require(try tree.entry(at: "tree/a/2"))
      try preparation.receive(
        .directory(folder: 0, "tree", #require(plan.changes.trees.first).entry, flags: 0))
      func refuse(_ frame: Frame) {
        #expect(throws: (any Error).self) { try preparation.receive(frame) }
      }
      switch what {
      case "another session": refuse(Self.reuse(entry, session: "00000009", "tree/a/2"))
      case "nothing there": refuse(Self.reuse(entry, "tree/a/none"))
      case "a directory": refuse(Self.reuse(entry, "tree/a"))
      case "a link": refuse(Self.reuse(entry, "tree/a/link"))
      case "a directory behind a link": refuse(Self.reuse(entry, "tree/dirlink/2"))
      case "a file with two names": refuse(Self.reuse(entry, "tree/a/3"))
      case "twice":
        try preparation.receive(Self.reuse(entry, "tree/a/2"))
        refuse(Self.reuse(entry, "tree/a/2"))
      case "an entry with two names":
        entry.links = 2
        refuse(Self.reuse(entry, "tree/a/2"))
      default:
        entry.kind = .directory
        refuse(Self.reuse(entry, "tree/a/2"))
      }
      try preparation.discard()
      #expect(try scene.scene.live.manifest().count == 1)
    }
  }

  @Test(arguments: ["truncate -s 9999", "touch"])
  func refusesWhatIsNotAsItWas(_ change: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await ResumeScene(btrfs, "head -c 10000 /dev/urandom > f")
      try scene.interrupt(at: 1)
      let (preparation, _, frames) = try scene.begin()
      try await btrfs.sh("cd received-0; \(change) content-*", in: scene.prepared)
      #expect(throws: PreparationError.notAsReceived("/home/f")) {
        for frame in frames { try preparation.receive(frame) }
      }
      try preparation.discard()
      try scene.finish()
      #expect(scene.reused == 0)
      #expect(try await scene.isDone())
    }
  }
}
