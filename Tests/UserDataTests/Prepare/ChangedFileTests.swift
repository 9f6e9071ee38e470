import Btrfs
import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

/// Large files of which only what changed is sent.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct ChangedFileTests {
  /// Writes at random places, in Python.
  private static func writes(_ count: Int, of bytes: Int, in path: String = "f") -> String {
    """
    python3 -c '
    import os, random
    r = random.Random(7)
    f = os.open("\(path)", os.O_WRONLY)
    size = os.fstat(f).st_size
    for n in range(\(count)):
      os.pwrite(f, r.randbytes(\(bytes)), r.randrange(size - \(bytes)) // 4096 * 4096 + (\(bytes) % 4096))'
    """
  }

  /// The same file on both machines, and a change of it on the source that is small.
  private static func scene(
    _ btrfs: ScratchBtrfs, file: String = "head -c 8M /dev/urandom > f", change: String
  ) async throws -> TransferScene {
    let scene = try await TransferScene(btrfs)
    try await btrfs.sh(file + "; chmod 640 f; chown 3:4 f", in: scene.source.root)
    try await btrfs.sh("cp -a \(scene.source.root)/f .", in: scene.live.root)
    try scene.takeBase()
    try await btrfs.sh(change, in: scene.source.root)
    return scene
  }

  /// Carries out a plan of ranges; returns how many bytes were sent.
  @discardableResult
  private static func send(_ plan: MirrorPlan, _ scene: TransferScene) throws -> Int {
    let preparation = try scene.prepare(plan)
    let frames = try scene.frames(plan)
    for frame in frames { try preparation.receive(frame) }
    try preparation.finish()
    try scene.commit(preparation)
    #expect(scene.outcomes.filter(\.isUndone) == [])
    return frames.reduce(0) { sum, frame in
      if case .data(_, let bytes) = frame { sum + bytes.count } else { sum }
    }
  }

  private static func areEqual(_ scene: TransferScene, _ name: String = "f") async throws -> Bool {
    try await scene.btrfs.sh("cmp source/\(name) @home/\(name)", in: scene.btrfs.topLevel)
    return try scene.live.manifest()[FilePath(name)] == scene.source.manifest()[FilePath(name)]
  }

  private static let compressed = """
    btrfs property set f compression zstd; yes | head -c 1M > t
    dd if=t of=f conv=notrunc bs=1M seek=2 status=none; rm t
    """

  @Test(arguments: [
    (writes(50, of: 4096), 50 * 4096), (writes(50, of: 3), 50 * 4096),
    ("fallocate -p -o 1M -l 2M f", 0), ("fallocate -p -o 1000 -l 2000000 f", 8192),
    ("truncate -s 12M f", 0), ("truncate -s 5000001 f", 4096),
    ("truncate -s 6000001 f; truncate -s 8M f", 4096),
    ("truncate -s 6M f; truncate -s 9M f; printf x >> f", 4096),
    ("head -c 1M /dev/urandom >> f", 1 << 20),
    ("fallocate -l 12M f", 0), ("fallocate -z -o 1M -l 2M f", 0),
    ("fallocate -p -o 2M -l 1M f; fallocate -o 2M -l 1M f; " + writes(9, of: 4096), 9 * 4096),
    (compressed, 1 << 20),
    (
      writes(5, of: 10) + "; chmod 4755 f; setfattr -n user.a -v b f; touch -d 2001-01-01 f",
      5 * 8192
    ),
  ])
  func sendsOnlyWhatChanged(_ change: String, most: Int) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await Self.scene(btrfs, change: change)
      let plan = try scene.planSinceBase()
      #expect(plan.changes.settings.map { $0.base != nil } == [true])
      let sent = try Self.send(plan, scene)
      #expect(sent <= most)
      #expect(UInt64(sent) <= plan.amount.bytes)
      #expect(try await Self.areEqual(scene))
      let data = "filefrag -e @home/f | grep -c unwritten || true"
      #expect(try await btrfs.sh(data, in: btrfs.topLevel) == "0")
    }
  }

  @Test func aHoleOfTheSourceIsAHoleOnTheTarget() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await Self.scene(btrfs, change: "fallocate -p -o 1M -l 3M f; sync -f f")
      try Self.send(scene.planSinceBase(), scene)
      #expect(try await Self.areEqual(scene))
      let blocks = "stat -c %b source/f @home/f | uniq | wc -l"
      #expect(try await btrfs.sh(blocks, in: btrfs.topLevel) == "1")
    }
  }

  @Test func findsTheBaseOfWhatWasRenamedAsWell() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await Self.scene(
        btrfs, change: "mv f g; " + Self.writes(5, of: 4096, in: "g"))
      var plan = try scene.planSinceBase()
      plan.changes.renames = [Rename(from: "f", to: "g", isDirectory: false)]
      try scene.addBases(to: &plan)
      #expect(try Self.send(plan, scene) <= 5 * 4096)
      #expect(try await Self.areEqual(scene, "g"))
    }
  }

  @Test(arguments: [
    ("chattr +C f", "", "Without copy-on-write on both"),
    ("", "C", "with it on the target"), ("chattr +C f", "c", "without it on the source"),
  ])
  func copiesABaseThatCannotBeCloned(source: String, target: String, _: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let file = ": > f; \(source.isEmpty ? ":" : source); head -c 8M /dev/urandom >> f"
      let scene = try await Self.scene(btrfs, file: file, change: Self.writes(20, of: 4096))
      let flag = target == "C" || (target.isEmpty && !source.isEmpty) ? "chattr +C t" : ":"
      try await btrfs.sh(
        ": > t; \(flag); cat f >> t; chmod --reference=f t; chown --reference=f t; touch -r f t; mv t f",
        in: scene.live.root)
      #expect(try Self.send(scene.planSinceBase(), scene) <= 20 * 4096)
      #expect(try await Self.areEqual(scene))
      let flags = "lsattr source/f @home/f | cut -c1-22 | uniq | wc -l"
      #expect(try await btrfs.sh(flags, in: btrfs.topLevel) == "1")
    }
  }

  @Test("20,000 writes of 4 KiB are 20,000 ranges")
  func keepsEveryRange() async throws {
    try await ScratchBtrfs.with(size: "2G") { btrfs in
      let scene = try await Self.scene(
        btrfs, file: "head -c 512M /dev/urandom > f", change: Self.writes(20_000, of: 4096))
      let plan = try scene.planSinceBase()
      #expect(try #require(plan.written["f"]).count > 15_000)
      #expect(plan.amount.bytes <= 20_000 * 4096)
      #expect(try Self.send(plan, scene) <= 20_000 * 4096)
      try await btrfs.sh("cmp source/f @home/f", in: btrfs.topLevel)
    }
  }

  // MARK: Another base

  @Test(arguments: [
    "touch f", "printf x >> f; touch -r ../source-base/f f", "rm f", "rm f; mkdir f", "ln f second",
    "rm f; ln -s ../source-base/f f",
    "printf x | dd of=f conv=notrunc bs=1 seek=5000000 status=none; touch -r ../source-base/f f",
  ])
  func aBaseThatIsNotTheSourcesIsNotTaken(there: String) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await Self.scene(btrfs, change: Self.writes(5, of: 4096))
      try await btrfs.sh(there, in: scene.live.root)
      var plan = try scene.planSinceBase()
      #expect(throws: ContentWanted.self) { try scene.prepare(plan) }
      #expect(scene.live.status(".pcs-commit-0badcafe") == nil)
      plan.sendWhole(["f"])
      let preparation = try scene.prepare(plan)
      try scene.frames(plan).forEach(preparation.receive)
      try preparation.finish()
      try scene.commit(preparation)
      #expect(try await Self.areEqual(scene))
    }
  }

  // MARK: Without a base

  @Test("What differs is found by reading both versions, whatever they were before")
  func sendsTheBlocksThatDiffer() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await Self.scene(btrfs, change: "true")
      let step = "dd conv=notrunc bs=128K status=none of=f"
      try await btrfs.sh(
        """
        head -c 128K /dev/urandom | \(step) seek=3; truncate -s 9500001 f
        fallocate -p -o 1310720 -l 262144 f
        """, in: scene.source.root)
      try await btrfs.sh(
        "head -c 256K /dev/urandom | \(step) seek=10; printf x | \(step) seek=20",
        in: scene.live.root)
      let plan = try scene.planByBlocks()
      let blocks = [3..<4, 10..<12, 20..<21] as [Range<UInt64>]
      #expect(plan.written["f"] == blocks.map { $0.lowerBound << 17..<$0.upperBound << 17 })
      #expect(try Self.send(plan, scene) == 2 << 17)
      #expect(try await Self.areEqual(scene))
    }
  }

  @Test func sendsWholeWhatDiffersEverywhere() async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await Self.scene(btrfs, change: "head -c 8M /dev/urandom > f")
      #expect(try scene.planByBlocks().changes.settings.map(\.base) == [nil])
    }
  }

  /// Every state that a file goes through at random arrives, from the one before.
  @Test(arguments: [1, 2, 3] as [UInt64]) func anyChangeArrives(seed: UInt64) async throws {
    try await ScratchBtrfs.with(size: "1G") { btrfs in
      let scene = try await Self.scene(btrfs, change: "true")
      var numbers = SeededNumbers(seed: seed)
      var ranges = 0
      for _ in 0..<15 {
        var script: [String] = []
        for _ in 0..<Int.random(in: 1...4, using: &numbers) {
          script.append(Self.step(&numbers))
        }
        try scene.takeBase()
        try await btrfs.sh(script.joined(separator: "\n"), in: scene.source.root)
        let plan = try scene.planSinceBase()
        if plan.changes.settings.isEmpty { continue }
        if plan.changes.settings[0].base != nil { ranges += 1 }
        try Self.send(plan, scene)
        #expect(try await Self.areEqual(scene), "\(script)")
      }
      #expect(ranges > 5)
    }
  }

  private static func step(_ numbers: inout SeededNumbers) -> String {
    let size = Int.random(in: 1 << 20..<12 << 20, using: &numbers)
    let offset = Int.random(in: 0..<8 << 20, using: &numbers)
    let length = Int.random(in: 1..<2 << 20, using: &numbers)
    return switch Int.random(in: 0..<6, using: &numbers) {
    case 0: "truncate -s \(size) f"
    case 1: "fallocate -p -o \(offset) -l \(length) f"
    case 2: "fallocate -o \(offset) -l \(length) f"
    case 3: "fallocate -z -o \(offset) -l \(length) f"
    case 4: "cp --reflink=never f t; cp --reflink t f; rm t"
    default:
      "head -c \(length) /dev/urandom | dd of=f conv=notrunc bs=64K oflag=seek_bytes "
        + "seek=\(offset) status=none; sync -f f"
    }
  }

  @Test(arguments: 1...6) func aDamagedStreamHarmsNothing(seed: UInt64) async throws {
    try await ScratchBtrfs.with { btrfs in
      let scene = try await Self.scene(
        btrfs, change: Self.writes(9, of: 4096) + "; fallocate -p -o 1M -l 1M f")
      let before = try scene.live.manifest()
      let plan = try scene.planSinceBase()
      let frames = try scene.frames(plan)
      var numbers = SeededNumbers(seed: seed)
      for _ in 0..<20 {
        let preparation = try scene.prepare(plan)
        do {
          try TransferTests.send(TransferTests.damaged(frames, &numbers), to: preparation)
          try preparation.finish()
        } catch is WireError {
        } catch is PreparationError {
        } catch is FileError {
        }
        try preparation.discard()
        #expect(try scene.live.manifest() == before)
      }
    }
  }
}
