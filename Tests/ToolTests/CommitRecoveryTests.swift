import FileTrees
import FoundationEssentials
import Glibc
import LiveCommit
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// A commit that was cut short, and its completion by `pcs-module-user-data recover`.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct CommitRecoveryTests {
  static let live = """
    mkdir dir old moved swap1 swap2 kind; echo 1 > dir/file; echo 2 > dir/other; echo 3 > old/file
    echo 4 > moved/file; echo 5 > swap1/in; echo 6 > swap2/in; echo 7 > kind/in; echo 8 > attr
    ln dir/other dir/link; echo 9 > single; ln -s dir link; echo 10 > name; mkdir -p top/inner
    echo 11 > both; mkdir inplace; echo 12 > inplace/file; echo 13 > inplace/gone
    """
  static let stage = """
    echo new > t; mv t dir/file; echo more >> dir/other; rm -r old kind; echo kind > kind
    mkdir -p fresh/deep; mv moved fresh/deep/here; mv swap1 t; mv swap2 swap1; mv t swap2
    chown 7:8 attr; chmod 4711 attr; setfattr -n user.x -v y attr; touch -d 2001-01-01 attr
    ln single fresh/second; ln -sfn swap1 link; mv name fresh/name; echo again > name
    mkfifo fresh/fifo; mv top/inner t; mv top t/top; mv t top; chmod 750 dir; echo x > fresh/a
    ln fresh/a fresh/b; mv both fresh/both; echo changed >> fresh/both
    mkdir fresh/full; for i in 1 2 3; do echo $i > fresh/full/$i; done; chown 3:4 fresh/full/2
    setfattr -n user.x -v y fresh/full/3; ln -s x fresh/full/link
    echo more >> inplace/file
    """

  /// Makes everything anew in a file system that is there.
  static func make(_ btrfs: ScratchBtrfs, stage: String = stage) async throws {
    try await btrfs.sh(
      """
      for name in @home pre stage copy; do
        test ! -e $name || { btrfs property set $name ro false; btrfs -q subvolume delete $name; }
      done
      rm -rf lib; mkdir lib
      btrfs -q subvolume create @home && cd @home && { \(live)
      } && cd .. && btrfs -q subvolume snapshot -r @home pre && btrfs -q subvolume snapshot pre stage
      cd stage && { \(stage)
      } && cd .. && btrfs property set stage ro true && btrfs -q subvolume snapshot -r stage copy
      """, in: btrfs.topLevel)
  }

  /// Runs a command with `/run` and `/var/lib` of its own.
  static func isolated(
    _ btrfs: ScratchBtrfs, _ arguments: [String], input: String = ""
  ) async throws -> Tool.Outcome {
    let script = """
      mount -t tmpfs none /run && mount --bind \(btrfs.topLevel)/lib /var/lib && exec "$@"
      """
    return try await Tool(at: "/usr/bin/unshare").run(
      ["--mount", "sh", "-c", script, "-"] + arguments, input: input)
  }

  static var module: String { Tool.path("pcs-module-user-data").string }

  static func document(_ btrfs: ScratchBtrfs, isPlanned: Bool = false) throws -> String {
    let top = btrfs.topLevel
    var goal = "\"stage\": \"\(top)/stage\""
    if isPlanned {
      let plan = try StagePlan(
        from: Directory(top.appending("pre")), to: Directory(top.appending("stage")))
      let plans = try JSONEncoder().encode(plan.folders.map { Data($0.bytes) })
      let frames = try JSONEncoder().encode(plan.batches.map { Data($0) })
      goal =
        "\"plans\": \(String(decoding: plans, as: UTF8.self)), "
        + "\"frames\": \(String(decoding: frames, as: UTF8.self))"
    }
    return """
      {"session": "0badcafe", "peer": {"machine_id": "id", "hostname": "atlas"}, "folder": "/home",
       "subvolume": "@home", "pre_sync": "\(top)/pre", \(goal), "prefixes": [""], "host": "vega"}
      """
  }

  static func commit(
    _ btrfs: ScratchBtrfs, killedAt place: (String, Int)?, isPlanned: Bool = false
  ) async throws -> Tool.Outcome {
    let strace = place.map { call, number in
      ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=\(call)", "-e"]
        + ["inject=\(call):signal=KILL:when=\(number)"]
    }
    return try await isolated(
      btrfs, (strace ?? []) + [module, "commit"], input: document(btrfs, isPlanned: isPlanned))
  }

  static func tree(_ btrfs: ScratchBtrfs, _ name: String) throws -> [FilePath: String] {
    try FileTree(root: btrfs.topLevel.appending(name)).manifest()
  }

  /// Everything but the top itself, whose time the preparation directory changes for a moment.
  private static func contents(
    _ btrfs: ScratchBtrfs, _ name: String
  ) throws -> [FilePath: String] {
    try tree(btrfs, name).filter { $0.key != "." }
  }

  static func waits(_ btrfs: ScratchBtrfs) -> Bool {
    let mark = btrfs.topLevel.appending("lib/pc-switcher/commits/0badcafe.json")
    return FileTree(root: mark).status("") != nil || access(mark.string, F_OK) == 0
  }

  /// The system calls that change something, and at which of them the commit is killed.
  static let calls: [(String, [Int])] = [
    ("renameat2", [1, 2, 4, 6, 8, 10, 12, 14, 16, 19, 22, 25, 28]), ("unlinkat", [1, 3, 6, 9, 11]),
    ("mkdirat", [1, 2, 3, 4]), ("fsync", [1, 3, 5, 7]), ("unlink", [1]), ("chmod", [1, 4]),
    ("chown", [2, 6, 9]), ("utimensat", [1, 5, 9, 13]), ("setxattr", [1, 2, 5]),
    ("linkat", [1, 2, 3, 4]), ("symlinkat", [1]), ("ioctl", [12, 20, 28, 36]),
  ]

  @Test("I3: killed anywhere it is completed without the source", arguments: calls)
  func killedAnywhereItIsCompleted(call: String, numbers: [Int]) async throws {
    try await killed(at: call, numbers, isPlanned: false)
  }

  @Test("I3: so is one of plans", arguments: calls)
  func aPlanKilledAnywhereIsCompleted(call: String, numbers: [Int]) async throws {
    try await killed(at: call, numbers, isPlanned: true)
  }

  private func killed(
    at call: String, _ numbers: [Int], isPlanned: Bool
  ) async throws {
    try await ScratchBtrfs.with { btrfs in
      for number in numbers {
        try await Self.make(btrfs)
        let killed = try await Self.commit(
          btrfs, killedAt: (call, number), isPlanned: isPlanned)
        let place: Comment = "\(call) \(number): \(killed.output)"
        let wanted = try Self.tree(btrfs, "copy")
        #expect(killed.status == 0 || killed.result == nil, place)
        if Self.waits(btrfs) {
          let recovered = try await Self.isolated(btrfs, [Self.module, "recover"])
          let said = recovered.logs.filter { $0.level >= .warning }.map(\.message)
          #expect(recovered.status == 0, "\(said) \(place)")
          #expect(try Self.tree(btrfs, "@home") == wanted, place)
          #expect(isPlanned || FileTree(root: btrfs.topLevel).status("stage") == nil)
        } else {
          // Nothing has happened, or everything; what was prepared goes when somebody looks.
          #expect(try await Self.isolated(btrfs, [Self.module, "recover"]).status == 0)
          let found = try Self.contents(btrfs, "@home")
          #expect(
            try found == Self.contents(btrfs, killed.status == 0 ? "copy" : "pre")
              || found == Self.contents(btrfs, "copy"), place)
        }
        #expect(!Self.waits(btrfs))
      }
    }
  }

  /// A directory has its owner before it has lost the mark of being ours.
  @Test func whatItsOwnerWritesInANewDirectoryMeanwhileIsLeft() async throws {
    try await ScratchBtrfs.with { btrfs in
      var number = 0
      var owner = ""
      repeat {
        number += 1
        try await Self.make(btrfs)
        try await btrfs.sh(
          "btrfs property set -f stage ro false; chown 9 stage/fresh/full; btrfs property set stage ro true",
          in: btrfs.topLevel)
        _ = try await Self.commit(btrfs, killedAt: ("removexattr", number))
        owner = try await btrfs.sh(
          "stat -c %u fresh/full 2>/dev/null || echo none", in: btrfs.topLevel.appending("@home"))
      } while owner != "9" && number < 20
      #expect(owner == "9" && Self.waits(btrfs))
      try await btrfs.sh("echo mine > fresh/full/1", in: btrfs.topLevel.appending("@home"))
      let recovered = try await Self.isolated(btrfs, [Self.module, "recover"])
      let left = recovered.logs.filter { $0.level == .warning }.compactMap { $0.context["path"] }
      #expect(left.contains("/home/fresh/full/1"), "\(recovered.output)")
      let found = try await btrfs.sh("cat fresh/full/1", in: btrfs.topLevel.appending("@home"))
      #expect(found == "mine")
    }
  }

  @Test func whatWaitsIsSaidAndWhatCannotBeCompletedToo() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await Self.make(btrfs)
      #expect(try await Self.isolated(btrfs, [Self.module, "recover"]).status == 0)
      _ = try await Self.commit(btrfs, killedAt: ("renameat2", 9))
      let dry = try await Self.isolated(btrfs, [Self.module, "recover", "--dry-run"])
      #expect(dry.status == 0)
      #expect(dry.logs.contains { $0.context["waits"] == "commit" })
      #expect(Self.waits(btrfs))
      try await btrfs.sh("mv stage away", in: btrfs.topLevel)
      let gone = try await Self.isolated(btrfs, [Self.module, "recover"])
      #expect(gone.result?.error?.kind == "commit.missing")
      #expect(gone.result?.error?.hint?.contains("rollback --session 0badcafe") == true)
      try await btrfs.sh(
        "mv away stage; btrfs property set stage ro false; touch stage/x", in: btrfs.topLevel)
      let altered = try await Self.isolated(btrfs, [Self.module, "recover"])
      #expect(altered.result?.error?.kind == "commit.altered")
      #expect(altered.status == 1 && Self.waits(btrfs))
    }
  }

  @Test(arguments: [
    ("renameat2", 9, false), ("linkat", 1, false), ("mkdirat", 2, false), ("renameat2", 9, true),
    ("renameat2", 12, true), ("renameat2", 15, true), ("renameat2", 18, true),
  ])
  func aFullDiskEndsItAndItIsCompletedLater(
    call: String, number: Int, isPlanned: Bool
  ) async throws {
    try await ScratchBtrfs.with { btrfs in
      try await Self.make(btrfs)
      let failed = try await Self.isolated(
        btrfs,
        ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=\(call)", "-e"]
          + ["inject=\(call):error=ENOSPC:when=\(number)+", Self.module, "commit"],
        input: try Self.document(btrfs, isPlanned: isPlanned))
      #expect(failed.result?.status == .failed)
      #expect(failed.result?.error?.message.contains("No space left") == true)
      #expect(Self.waits(btrfs))
      let recovered = try await Self.isolated(btrfs, [Self.module, "recover"])
      #expect(recovered.status == 0, "\(recovered.output)")
      #expect(try Self.tree(btrfs, "@home") == Self.tree(btrfs, "copy"))
    }
  }

  /// What a plan writes it writes before it changes anything.
  @Test(arguments: [("syncfs", "when=2"), ("fsync", "when=3"), ("setxattr", "when=1")])
  func aFullDiskBeforeTheFirstChangeEndsAPlan(call: String, place: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      try await Self.make(btrfs)
      let before = try Self.tree(btrfs, "@home")
      let failed = try await Self.isolated(
        btrfs,
        ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=\(call)", "-e"]
          + ["inject=\(call):error=ENOSPC:\(place)", Self.module, "commit"],
        input: try Self.document(btrfs, isPlanned: true))
      #expect(failed.result?.status == .failed, "\(failed.output)")
      #expect(!Self.waits(btrfs))
      #expect(try Self.tree(btrfs, "@home") == before)
    }
  }

  @Test("I1: a signal waits until the commit is done") func aSignalWaitsForTheEnd() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await Self.make(btrfs)
      let ended = try await Self.isolated(
        btrfs,
        ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=renameat2", "-e"]
          + ["inject=renameat2:signal=TERM:when=6", Self.module, "commit"],
        input: try Self.document(btrfs))
      #expect(ended.status == 143 || ended.status == 0, "\(ended.output)")
      #expect(!Self.waits(btrfs))
      #expect(try Self.tree(btrfs, "@home") == Self.tree(btrfs, "copy"))
    }
  }

  @Test(arguments: [false, true])
  func directoriesThatAreSwappedForLinksLeadNowhere(isPlanned: Bool) async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh(
        """
        mkdir lib; cd @home; mkdir dir; for n in $(seq 300); do echo old > dir/f$n; done; cd ..
        mkdir outside; for n in $(seq 300); do echo safe > outside/f$n; done
        btrfs -q subvolume snapshot -r @home pre; btrfs -q subvolume snapshot pre stage
        for n in $(seq 300); do echo new > stage/dir/f$n; echo more > stage/dir/n$n; done
        rm stage/dir/f1??; btrfs property set stage ro true; ls -l --full-time outside > outside.txt
        """, in: btrfs.topLevel)
      // Exchanges the directory with a link to a directory outside, as fast as it can.
      let outcome = try await btrfs.sh(
        """
        cd @home; ln -s \(btrfs.topLevel)/outside link
        python3 -c '
        import ctypes, time
        libc, count, end = ctypes.CDLL(None), 0, time.monotonic() + 60
        import os
        while not os.path.exists("../done") and time.monotonic() < end:
            libc.renameat2(-100, b"dir", -100, b"link", 2); count += 1
        print(count)' > ../count & swapper=$!
        cd ..; rm -f done
        unshare --mount sh -c 'mount -t tmpfs none /run; mount --bind lib /var/lib; exec "$@"' - \
          \(Self.module) commit <<'END' >log || true
        \(try Self.document(btrfs, isPlanned: isPlanned))
        END
        touch done; wait $swapper; ls -l --full-time outside | diff - outside.txt && echo same
        ls outside | wc -l
        """, in: btrfs.topLevel)
      #expect(outcome == "same\n300")
    }
  }
}
