import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit

/// What somebody does on the target while a sync runs stays as they did it, and is named.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct CommitConflictTests {
  static let start = """
    for name in a b c d e f g; do echo old $name > $name; done
    mkdir dir gone moved; echo x > dir/x; echo y > gone/y; echo z > moved/z
    mkdir -p top/in; echo x > top/in/y
    """
  static let change = """
    for name in a b c d e f; do echo new $name > $name.t; mv $name.t $name; done
    rm -r g gone top/in/y; mv moved here; echo new > dir/new; mkdir fresh; echo 1 > fresh/1
    """

  struct Case: Sendable, CustomTestStringConvertible {
    let meanwhile: String
    /// What is said, and what a script finds.
    let left: [String]
    let check: String
    let found: String
    var testDescription: String { meanwhile }
  }

  static let cases: [Case] = [
    Case(meanwhile: "", left: [], check: "cat a here/z dir/new fresh/1", found: "new a\nz\nnew\n1"),
    Case(meanwhile: "echo mine > a", left: ["/a"], check: "cat a", found: "mine"),
    Case(
      meanwhile: "touch -r a t; echo mine > a; touch -r t a; rm t", left: ["/a"], check: "cat a",
      found: "mine"),
    Case(meanwhile: "chmod 600 b", left: ["/b"], check: "cat b", found: "old b"),
    Case(meanwhile: "rm c", left: ["/c"], check: "ls c || echo none", found: "none"),
    Case(
      meanwhile: "rm d; mkdir d; echo in > d/in", left: ["/d"], check: "cat d/in", found: "in"),
    Case(
      meanwhile: "rm e; ln -s /etc/passwd e", left: ["/e"], check: "readlink e",
      found: "/etc/passwd"),
    Case(meanwhile: "echo mine > g", left: ["/g"], check: "cat g", found: "mine"),
    Case(
      meanwhile: "echo mine > gone/y", left: ["/gone/y"], check: "cat gone/y", found: "mine"),
    Case(meanwhile: "echo mine > gone/new", left: [], check: "cat gone/new", found: "mine"),
    Case(
      meanwhile: "echo mine > moved/z; echo mine > moved/new", left: [],
      check: "cat here/z here/new", found: "mine\nmine"),
    Case(meanwhile: "mkdir here", left: ["/here"], check: "cat moved/z; ls here", found: "z"),
    Case(
      meanwhile: "mv moved away", left: ["/here"], check: "cat away/z; ls -d here || true",
      found: "z"),
    Case(
      meanwhile: "mv dir other; mkdir dir", left: ["/dir", "/dir/new"],
      check: "ls dir; cat other/x", found: "x"),
    Case(
      meanwhile: "mv top aside; ln -s /etc top", left: ["/top/in", "/top/in/y"],
      check: "cat aside/in/y", found: "x"),
    Case(
      meanwhile: "rm -r dir; ln -s /etc dir", left: ["/dir", "/dir/new"], check: "readlink dir",
      found: "/etc"),
    Case(
      meanwhile: "echo mine > fresh", left: ["/fresh", "/fresh/1"], check: "cat fresh",
      found: "mine"),
    Case(
      meanwhile: "mkdir fresh; echo mine > fresh/1", left: ["/fresh/1"],
      check: "cat fresh/1", found: "mine"),
    Case(
      meanwhile: "rm f; cp -p \"$(dirname \"$PWD\")/stage/f\" f", left: [], check: "cat f",
      found: "new f"),
  ]

  @Test(arguments: cases, [false, true])
  func whatWasChangedMeanwhileStays(example: Case, isPlanned: Bool) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await scene.run(
        live: Self.start, stage: Self.change, meanwhile: example.meanwhile, isPlanned: isPlanned)
      let left = scene.outcomes.compactMap { outcome in
        if case .left(let path) = outcome { "/\(path)" } else { nil }
      }
      #expect(left.sorted() == example.left)
      #expect(try await btrfs.sh(example.check, in: scene.live.root) == example.found)
      // All the rest is done.
      #expect(try scene.commits.list() == [])
      #expect(try await btrfs.sh("ls -A | grep pcs || true", in: scene.live.root) == "")
      for path in example.left {
        #expect(try scene.record()?.entry(at: FilePath(String(path.dropFirst()))) == nil)
      }
    }
  }

  @Test func outsideOfTheFoldersNothingIsDone() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await btrfs.sh("mkdir ada eve; echo old > eve/file", in: scene.live.root)
      try scene.takeSnapshots()
      try await btrfs.sh("echo new > eve/file; echo new > ada/file", in: scene.stage.root)
      _ = try scene.part()
      let part = try CommitPart(
        subvolume: "@home", preSync: scene.before.root, goal: .stage(at: scene.stage.root),
        folders: ["ada"])
      let error = #expect(throws: CommitError.self) {
        try Commit.carryOut(
          CommitRequest(waiting: CommitScene.waiting, parts: [part]), in: scene.commits,
          records: scene.records
        ) { _, _ in }
      }
      #expect(error == .outside("eve/file"))
      #expect(try await btrfs.sh("cat eve/file; ls ada", in: scene.live.root) == "old")
      #expect(try scene.commits.list() == [])
    }
  }
}
