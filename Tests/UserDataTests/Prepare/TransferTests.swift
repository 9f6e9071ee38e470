import Btrfs
import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

/// The stream of new entries, and the directory in which they are prepared.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct TransferTests {
  /// Every kind of entry, and what rsync and tar stumble over.
  static let everything = """
    mkdir -p all/in/deep empty 'new
    line'; printf 'x\\377' > "$(printf 'all/\\377\\376')"; echo 1 > all/one; : > all/nothing
    head -c 70000 /dev/urandom > all/middle; head -c 3000000 /dev/urandom > all/in/large
    truncate -s 40M all/sparse; printf end | dd of=all/sparse bs=1 seek=33000000 conv=notrunc status=none
    ln -s ../one all/in/link; ln -s "$(printf '\\377')" all/odd; mkfifo all/fifo
    mknod all/null c 1 3; mknod all/disk b 7 200; python3 -c '
    import socket; socket.socket(socket.AF_UNIX).bind("all/socket")'
    ln all/one all/in/again; ln all/one all/in/deep/third; ln all/fifo all/in/pipe
    ln -s target all/sym; ln -P all/sym all/in/sym2
    chown 12:34 all/in all/one; chmod 2770 all/in; chmod 4711 all/middle; chmod 1777 empty
    setfattr -n user.a -v b all/one all/in; setfattr -n 'user.rsync.%x' -v y all/middle
    setfattr -n trusted.t -v z all/in; setfattr -n user.big -v "$(printf %03000d 1)" all/nothing
    setfacl -m u:7:rwx all/in all/middle; setfacl -d -m g:8:rx all/in
    setcap cap_net_raw+ep all/middle
    : > all/nocow; chattr +C all/nocow; head -c 9000 /dev/urandom > all/nocow
    mkdir all/cowless; chattr +C all/cowless; echo x > all/cowless/y; chattr +d all/in/large
    touch -h -d '1999-01-02 03:04:05.678901234' all/sym all/one all/in/deep all; echo top > top
    """

  @Test func bringsEveryKindOfEntryAsItIs() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await TransferScene(btrfs)
      try await btrfs.sh(Self.everything, in: scene.source.root)
      // Nothing of what the top would hand down is taken over.
      try await btrfs.sh(
        "setfacl -d -m u:99:rwx .; chmod g+s .; echo mine > stays", in: scene.live.root)
      let top = try scene.live.facts(".")
      try scene.commit(scene.prepareAll())
      #expect(scene.outcomes.filter(\.isUndone) == [])
      var (found, wanted) = (try scene.live.manifest(), try scene.source.manifest())
      #expect(found.removeValue(forKey: "stays") != nil)
      #expect(try scene.live.facts(".") == top || found["."] != nil)
      (found["."], wanted["."]) = (nil, nil)
      #expect(found == wanted)
      let flags = "lsattr -d all/nocow all/cowless all/cowless/y all/in/large all/one | cut -c1-22"
      #expect(
        try await btrfs.sh(flags, in: scene.live.root) == btrfs.sh(flags, in: scene.source.root))
      let blocks = "stat -c '%b %n' all/sparse"
      #expect(
        try await btrfs.sh(blocks, in: scene.live.root) == btrfs.sh(blocks, in: scene.source.root))
      #expect(try scene.othersChanges() == [])
    }
  }

  @Test("A11: what its owner does in a tree that has just come is their change")
  func tellsWhatSomebodyDoesInANewTree() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await TransferScene(btrfs)
      try await btrfs.sh(
        "mkdir -p t/a t/b; echo 1 > t/a/1; echo 2 > t/a/2; echo 3 > t/b/3; ln t/a/2 t/b/2",
        in: scene.source.root)
      try scene.commit(scene.prepareAll())
      #expect(try scene.othersChanges() == [])
      try await btrfs.sh(
        "echo more >> t/a/1; rm t/b/3; echo new > t/b/new; chmod 700 t/b", in: scene.live.root)
      #expect(try scene.othersChanges() == ["t/a/1", "t/b", "t/b/3", "t/b/new"])
    }
  }

  @Test func goesIntoADirectoryThatSomebodyHasMadeMeanwhile() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await TransferScene(btrfs)
      try await btrfs.sh(
        "mkdir -p t/a/x t/b; echo 1 > t/a/1; echo 2 > t/a/2; echo 3 > t/b/3; echo 4 > t/a/x/4",
        in: scene.source.root)
      let preparation = try scene.prepareAll()
      try await btrfs.sh(
        "mkdir -p t/a; echo mine > t/a/1; echo mine > t/own; echo mine > t/b", in: scene.live.root)
      try scene.commit(preparation)
      let left = scene.outcomes.filter(\.isUndone).map(\.path).sorted(by: FilePath.isBefore)
      #expect(left == ["t/a/1", "t/b", "t/b/3"])
      let found = try await btrfs.sh(
        "cd t; cat a/1 a/2 a/x/4 b own; ls -a ..", in: scene.live.root)
      #expect(found == "mine\n2\n4\nmine\nmine\n.\n..\nt")
    }
  }

  @Test("Deeper than a process may have files open, and 3,000 files with two names")
  func needsFewDescriptors() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await TransferScene(btrfs)
      try await btrfs.sh(
        """
        python3 -c '
        import os
        for n in range(270): os.mkdir("d"); os.chdir("d")
        open("bottom", "w").close()'
        mkdir -p links/a links/b
        for n in $(seq 3000); do echo $n > links/a/$n; ln links/a/$n links/b/$n; done
        """, in: scene.source.root)
      try scene.commit(scene.prepareAll())
      #expect(scene.outcomes.filter(\.isUndone) == [])
      let count = "find links -links 2 -type f | wc -l; find d -type d | wc -l"
      #expect(try await btrfs.sh(count, in: scene.live.root) == "6000\n270")
      #expect(try scene.othersChanges() == [])
    }
  }

  // MARK: A stream that is damaged

  @Test func aDirectoryWhoseEntriesDoNotComeIsAnError() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await TransferScene(btrfs)
      try await btrfs.sh("mkdir -p t/in; echo 1 > t/in/1", in: scene.source.root)
      let plan = try scene.plan()
      let frames = try scene.frames(plan)
      let start = try #require(
        frames.firstIndex { if case .directory(_, "t/in", _, _) = $0 { true } else { false } })
      let preparation = try scene.prepare(plan)
      for frame in frames[..<start] { try preparation.receive(frame) }
      #expect(throws: WireError.self) { try preparation.finish() }
      try preparation.discard()
    }
  }

  @Test func aContentThatIsNotAsItWasReadIsNamed() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await TransferScene(btrfs)
      try await btrfs.sh(
        "mkdir t; head -c 70000 /dev/urandom | tee top > t/file", in: scene.source.root)
      let plan = try scene.plan()
      for (number, path) in [(1, "/home/top"), (2, "/home/t/file")] as [(Int, FilePath)] {
        var left = number
        let preparation = try scene.prepare(plan)
        let error = #expect(throws: PreparationError.self) {
          for frame in try scene.frames(plan) {
            guard case .fileEnd = frame else {
              try preparation.receive(frame)
              continue
            }
            left -= 1
            try preparation.receive(left == 0 ? .fileEnd(ContentDigest(of: [])) : frame)
          }
        }
        #expect(error == .altered(path))
        try preparation.discard()
      }
    }
  }

  /// What is prepared can be damaged; what is live never is, and everything prepared goes again.
  @Test(arguments: 1...12) func aDamagedStreamHarmsNothing(seed: UInt64) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await TransferScene(btrfs)
      try await btrfs.sh(Self.everything, in: scene.source.root)
      try await btrfs.sh("mkdir all; echo mine > all/one; echo mine > top", in: scene.live.root)
      try await btrfs.sh("rm -r all", in: scene.live.root)
      let before = try scene.live.manifest()
      var plan = try scene.plan()
      plan.changes.settings.removeAll { $0.path == "top" }
      let frames = try scene.frames(plan)
      var numbers = SeededNumbers(seed: seed)
      for _ in 0..<12 {
        let preparation = try scene.prepare(plan)
        do {
          try Self.send(Self.damaged(frames, &numbers), to: preparation)
          try preparation.finish()
        } catch is WireError {
        } catch is PreparationError {
        } catch let error as FileError {
          #expect(error.path.starts(with: "/home"), "\(error)")
        }
        #expect(
          try scene.live.manifest().filter { !$0.key.starts(with: ".pcs-commit-0badcafe") }
            == before)
        try preparation.discard()
        #expect(try scene.live.manifest() == before)
      }
    }
  }

  /// Frames as bytes, of which some are altered, lost, doubled or in another order.
  static func damaged(_ frames: [Frame], _ numbers: inout SeededNumbers) -> [UInt8] {
    var frames = frames
    let place = Int.random(in: frames.indices, using: &numbers)
    let kind = Int.random(in: 0..<5, using: &numbers)
    switch kind {
    case 0: frames.remove(at: place)
    case 1: frames.insert(frames[place], at: Int.random(in: frames.indices, using: &numbers))
    case 2: frames.swapAt(place, Int.random(in: frames.indices, using: &numbers))
    default: break
    }
    var bytes: [UInt8] = []
    for frame in frames {
      var batch = FrameBatch()
      batch.add(frame)
      bytes += batch.bytes
    }
    if kind == 3 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &numbers)) }
    if kind == 4 {
      bytes[Int.random(in: bytes.indices, using: &numbers)] ^= .random(in: 1...255, using: &numbers)
    }
    return bytes
  }

  static func send(_ bytes: [UInt8], to preparation: Preparation) throws {
    try FrameBatch.read(bytes) { try preparation.receive($0) }
  }
}
