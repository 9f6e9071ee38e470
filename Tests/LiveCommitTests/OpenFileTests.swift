import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit

/// A file that a program has open for writing stays as it is, and is named with the program.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct OpenFileTests {
  /// A program that opens `a`, `b` and `c`, tells that, and waits until it is ended.
  private static func holding(
    _ scene: CommitScene, _ open: String, by enter: String = "",
    _ body: (_ pid: String) async throws -> Void
  ) async throws {
    try await scene.btrfs.sh(
      """
      mkfifo ../ready; cat >../hold.py <<'END'
      import mmap, os, signal, sys
      files = []
      for name in "abc":
          \(open)
      with open("../ready", "w") as ready: ready.write(str(os.getpid()))
      signal.pause()
      END
      setsid \(enter) python3 ../hold.py >/dev/null 2>&1 </dev/null & timeout 30 cat ../ready >../pid
      """, in: scene.live.root)
    let pid = try await scene.btrfs.sh("cat ../pid", in: scene.live.root)
    let result: Swift.Result<Void, any Error>
    do { result = .success(try await body(pid)) } catch { result = .failure(error) }
    try await scene.btrfs.sh("kill -KILL \(pid)")
    try result.get()
  }

  private static let writing = "files.append(os.open(name, os.O_RDWR))"

  private static let start = "umask 022; for name in a b c d; do echo old > $name; done"
  /// `a` is replaced, `b` deleted, `c` gets other attributes.
  private static let change = "echo new > t; mv t a; rm b; chmod 600 c; echo new > t; mv t d"

  private static func commit(_ scene: CommitScene, isPlanned: Bool) throws -> [String] {
    try scene.commit(isPlanned ? scene.prepare() : nil)
    return scene.undone
  }

  private static func prepare(_ scene: CommitScene) async throws {
    try await scene.btrfs.sh(start, in: scene.live.root)
    try scene.takeSnapshots()
    try await scene.btrfs.sh(change, in: scene.stage.root)
  }

  private static let left = "old\nold\nold\nnew\n644"
  private static let brought = "new\nold\nnew\n600"

  private static func found(_ scene: CommitScene) async throws -> String {
    try await scene.btrfs.sh(
      "for name in a b c d; do ! test -e $name || cat $name; done; stat -c %a c; ! ls -A | grep pcs",
      in: scene.live.root)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let open: String
    var enter = ""
    var isStopped = false
    let isLeft: Bool
  }

  static let cases = [
    Case(testDescription: "open for writing", open: writing, isLeft: true),
    Case(
      testDescription: "mapped alone",
      open: """
        file = os.open(name, os.O_RDWR); files.append(mmap.mmap(file, 1)); os.close(file)
        """, isLeft: true),
    Case(testDescription: "by a stopped process", open: writing, isStopped: true, isLeft: true),
    Case(
      testDescription: "from another mount namespace", open: writing,
      enter:
        "unshare --mount sh -c 'mkdir ../other && mount --bind . ../other && cd ../other && exec \"$@\"' -",
      isLeft: true),
    Case(
      testDescription: "open for reading", open: "files.append(os.open(name, os.O_RDONLY))",
      isLeft: false),
    Case(
      testDescription: "mapped for reading",
      open: """
        file = os.open(name, 0); files.append(mmap.mmap(file, 1, prot=1)); os.close(file)
        """, isLeft: false),
  ]

  @Test("U3: what a program has open for writing is left", arguments: cases, [false, true])
  func whatIsOpenForWritingIsLeft(example: Case, isPlanned: Bool) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await Self.prepare(scene)
      try await Self.holding(scene, example.open, by: example.enter) { pid in
        if example.isStopped { try await btrfs.sh("kill -STOP \(pid)") }
        let undone = try Self.commit(scene, isPlanned: isPlanned)
        let names = example.isLeft ? ["a", "b", "c"] : []
        #expect(
          undone == names.map { "Left /\($0) alone: python3 (\(pid)) has it open for writing here" }
        )
        #expect(try await Self.found(scene) == (example.isLeft ? Self.left : Self.brought))
        for name in names { #expect(try scene.record()?.entry(at: FilePath(name)) == nil) }
        #expect(try scene.commits.list() == [])
      }
    }
  }

  /// What lies in the preparation directory is reached by who had it open before.
  @Test(arguments: [false, true])
  func whatIsWrittenAfterTheExchangeIsKept(staysOpen: Bool) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await btrfs.sh(
        "echo old > a; echo old > b; touch -d 2001-02-03T04:05:06Z a b", in: scene.live.root)
      try scene.takeSnapshots()
      try await btrfs.sh("echo new > t; mv t a; rm b", in: scene.stage.root)
      let readers = try ["a", "b"].map {
        try FileDescriptor.open(scene.live.full(FilePath($0)), .readOnly)
      }
      var writers: [FileDescriptor] = []
      func write(_ number: Int, _ text: String) {
        let path = "/proc/self/fd/\(readers[number].rawValue)"
        guard let writer = try? FileDescriptor.open(path, .writeOnly, options: .append) else {
          return
        }
        if staysOpen { writers.append(writer) } else { _ = try? writer.writeAll(text.utf8) }
        if !staysOpen { try? writer.close() }
      }
      let request = CommitRequest(waiting: CommitScene.waiting, parts: [try scene.part()])
      try Commit.carryOut(request, in: scene.commits, records: scene.records) { _, outcome in
        switch outcome {
        case .written: write(0, "more a\n")
        case .deleted: write(1, "more b\n")
        default: break
        }
      }
      for (writer, text) in zip(writers, ["more a\n", "more b\n"]) {
        _ = try writer.writeAll(text.utf8)
        try writer.close()
      }
      let found = try await btrfs.sh("ls; cat a *conflict*", in: scene.live.root)
      #expect(
        found == """
          a
          a.pcs-conflict-vega-20010203T040506Z
          b.pcs-conflict-vega-20010203T040506Z
          new
          old
          more a
          old
          more b
          """)
      for reader in readers { try reader.close() }
    }
  }

  /// A program opens, appends and closes just where the commit is.
  @Test func aProgramThatWritesInALoopLosesNothing() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try CommitScene(btrfs)
      try await btrfs.sh(
        "for n in $(seq 1000 1599); do echo old > f$n; done", in: scene.live.root)
      try scene.takeSnapshots()
      try await btrfs.sh(
        "for n in $(seq 1000 1599); do echo new > t; mv t f$n; done; rm f1??5", in: scene.stage.root
      )
      try await btrfs.sh(
        """
        mkfifo ../ready; cat >../write.py <<'END'
        import os, random, sys, time
        names = ["f%d" % n for n in range(1000, 1600)]
        inodes = [os.stat(name).st_ino for name in names]
        open("../ready", "w").close()
        random.seed(1)
        written, held = [], []
        def is_there(index):
            try: return os.stat(names[index]).st_ino == inodes[index]
            except FileNotFoundError: return False
        for index in range(1, len(names)):
            end = time.monotonic() + 20
            while is_there(index - 1) and index - 1 not in written and time.monotonic() < end: pass
            if random.random() < 0.3: continue
            try: file = os.open(names[index], os.O_WRONLY | os.O_APPEND)
            except FileNotFoundError: continue
            if random.random() < 0.3: time.sleep(random.random() * 0.002)
            os.write(file, b"%d\\n" % index)
            written.append(index)
            if random.random() < 0.1: held.append(file)
            else: os.close(file)
        for file in held: os.close(file)
        open("../written", "w").write("".join("%d\\n" % each for each in sorted(written)))
        open("../ready", "w").close()
        END
        setsid python3 ../write.py >/dev/null 2>&1 </dev/null & timeout 30 cat ../ready >/dev/null
        """, in: scene.live.root)
      try scene.commit()
      let lost = try await btrfs.sh(
        """
        timeout 60 cat ../ready >/dev/null
        cat f* | grep '^[0-9]' | sort -n | uniq >../found; diff ../written ../found >&2 || true
        wc -l <../written; grep -vxFf ../found ../written | wc -l; cat f* | grep -c new
        """, in: scene.live.root)
      let counts = lost.split(separator: "\n").compactMap { Int($0) }
      #expect(counts.count == 3 && counts[0] > 100 && counts[1] == 0 && counts[2] > 100, "\(lost)")
    }
  }
}
