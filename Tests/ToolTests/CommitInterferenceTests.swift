import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// What the owner of a subvolume does to the directory of a commit, and what a commit of much needs.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct CommitInterferenceTests {
  typealias Scene = CommitRecoveryTests

  static let own = ".pcs-commit-0badcafe"

  /// What is put in the place of the directory once that has another name.
  static let swaps = [
    "mv \(own) elsewhere; ln -s /etc \(own)", "mv \(own) elsewhere; echo mine > \(own)",
    "mv \(own) elsewhere; mkdir \(own); echo mine > \(own)/file; chown -R 1000 \(own)",
    "mv \(own) elsewhere; mkfifo \(own)", "mv \(own) elsewhere",
  ]

  @Test("I3: a commit finds its directory again, whatever lies in its place", arguments: swaps)
  func theDirectoryIsFoundByItsNumber(swap: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let home = btrfs.topLevel.appending("@home")
      for number in [4, 12] {
        try await Scene.make(btrfs)
        _ = try await Scene.commit(btrfs, killedAt: ("renameat2", number))
        #expect(Scene.waits(btrfs))
        try await btrfs.sh(swap, in: home)
        let recovered = try await Scene.isolated(btrfs, [Scene.module, "recover"])
        #expect(recovered.status == 0, "\(recovered.output)")
        #expect(!Scene.waits(btrfs))
        let aside = "pcs-aside\(Self.own)"
        let isOccupied = swap.contains(";")
        #expect(recovered.logs.contains { $0.message.contains(aside) } == isOccupied)
        #expect(FileTree(root: home).status(FilePath(aside)) != nil || !isOccupied)
        try await btrfs.sh(
          "rm -rf '\(aside)'; ! ls -A | grep -e pcs -e elsewhere; touch -r ../copy .", in: home)
        #expect(try Scene.tree(btrfs, "@home") == Scene.tree(btrfs, "copy"))
      }
    }
  }

  /// The id of a session is no secret: something may lie there before the commit begins.
  @Test func whatLiesThereBeforehandIsMovedAside() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await Scene.make(btrfs)
      let home = btrfs.topLevel.appending("@home")
      try await btrfs.sh("ln -s /etc \(Self.own)", in: home)
      let done = try await Scene.commit(btrfs, killedAt: nil)
      #expect(done.status == 0, "\(done.output)")
      let link = try await btrfs.sh("readlink pcs-aside\(Self.own); ls -A | grep -c pcs", in: home)
      #expect(link == "/etc\n1")
    }
  }

  /// Neither a name nor a directory keeps a descriptor open.
  @Test(
    "U6: no number of links or directories needs more than 256 open files",
    arguments: [false, true])
  func fewDescriptorsAreEnough(isPlanned: Bool) async throws {
    try await ScratchBtrfs.with { btrfs in
      try await Scene.make(
        btrfs,
        stage: """
          mkdir links other; for n in $(seq 400); do echo $n > links/$n; ln links/$n other/$n; done
          mkdir wide; for n in $(seq 280); do mkdir wide/$n; echo x > wide/$n/file; done
          """)
      let limited = ["prlimit", "--nofile=256:256"]
      let killed = try await Scene.isolated(
        btrfs,
        limited + ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=linkat", "-e"]
          + ["inject=linkat:signal=KILL:when=200", Scene.module, "commit"],
        input: try Scene.document(btrfs, isPlanned: isPlanned))
      #expect(killed.result == nil && Scene.waits(btrfs), "\(killed.output)")
      let recovered = try await Scene.isolated(btrfs, limited + [Scene.module, "recover"])
      #expect(recovered.status == 0, "\(recovered.output.suffix(2000))")
      #expect(try Scene.tree(btrfs, "@home") == Scene.tree(btrfs, "copy"))
    }
  }
}
