import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite struct DiskmonTests {
  let diskmon = Tool("pcs-diskmon")

  @Test func saysWhatIsAvailableForEveryPath() async throws {
    let outcome = try await diskmon("check", "--path", "/", "/dev", "--min", "1B")
    #expect(outcome.status == 0)
    #expect(outcome.disks.map(\.path) == ["/", "/dev"])
    #expect(outcome.disks.allSatisfy { $0.available <= $0.total })
    #expect(outcome.result?.status == .success)
  }

  @Test(arguments: ["check", "watch"])
  func leavesWith5AtOnceWhenThereIsTooLittle(verb: String) async throws {
    let outcome = try await diskmon(verb, "--path", "/", "--min", "99.99%")
    #expect(outcome.status == 5)
    #expect(outcome.result?.error?.kind == "disk.space")
    #expect(outcome.disks.count == 1)
  }

  @Test(arguments: [
    ["check", "--min", "20"], ["check", "--min", "120%"], ["watch", "--interval", "30"],
    ["watch", "--interval", "0s"], ["watch", "--warn", "many"],
  ])
  func quantitiesNeedUnits(arguments: [String]) async throws {
    #expect(try await diskmon.run(arguments).status == 64)
  }

  @Test func aPathThatIsNotThereIsAnError() async throws {
    let outcome = try await diskmon("check", "--path", "/nope")
    #expect(outcome.status == 74)
    #expect(outcome.result?.error?.message.hasPrefix("/nope: ") == true)
  }

  @Test func watchWarnsOnceAndDiesOfTheSignal() async throws {
    let watching = """
      { \(Tool.path("pcs-diskmon")) watch --path / --min 1B --warn 99.99% --interval 20ms &
        echo $! >&2; wait $!; } 2>pid | tee seen | while read -r line; do
        echo "$line"; count=$((count + 1)); [ $count != 5 ] || kill -TERM "$(cat pid)"
      done
      """
    try await withScratchDirectory { directory in
      let outcome = try await Tool(at: "/bin/sh")("-c", watching, directory: directory)
      #expect(outcome.disks.count >= 4)
      #expect(outcome.logs.map(\.level) == [.warning])
      #expect(outcome.result?.status == .aborted)
      #expect(outcome.result?.exitCode == 143)
    }
  }

  static let settings: [(String, Int32, Int)] = [
    (#"{"min_free":0.9999,"paths":["/"]}"#, 5, 1), (#"{"min_free":1,"paths":["/"]}"#, 0, 0),
    (#"{"min_free":"1MB","paths":["/"]}"#, 0, 0), (#"{"min_free":"99.9%","paths":["/"]}"#, 5, 1),
    (#"{"min_free":0.9999,"paths":["/","/nope"]}"#, 1, 2), (#"{"min_free":0}"#, 1, 1),
    (#"{"min_free":1.5}"#, 1, 1), (#"{"min_free":"20"}"#, 1, 1),
    (#"{"check_interval":0}"#, 1, 1), (#"{"check_interval":"30"}"#, 1, 1),
  ]

  @Test(arguments: settings)
  func validateFindsSpaceAndSettings(
    config: String, status: Int32, findings: Int
  ) async throws {
    let outcome = try await diskmon(
      "validate", input: try Invocation.line(module: "disk-monitor", config: config))
    #expect(outcome.status == status)
    #expect(outcome.findings.count == findings)
  }

  @Test func executeFailsBelowTheReserve() async throws {
    let outcome = try await diskmon(
      "execute",
      input: try Invocation.line(
        module: "disk-monitor", config: #"{"reserve_minimum":0.9999,"paths":["/"]}"#))
    #expect(outcome.status == 5)
    #expect(outcome.result?.error?.kind == "disk.space")
  }
}

@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct DiskmonBtrfsTests {
  @Test func btrfsTellsItsChunks() async throws {
    try await ScratchBtrfs.with { btrfs in
      let outcome = try await Tool("pcs-diskmon")("check", "--path", btrfs.root.string)
      let disk = try #require(outcome.disks.first)
      let shown = try await btrfs.sh(
        "btrfs filesystem usage -b \(btrfs.root) | awk '/Device unallocated:/ {print $3}'")
      #expect(disk.unallocated.map(String.init) == shown)
      #expect((disk.metadataAvailable ?? 0) > 0)
      let available = try await btrfs.sh("stat -f -c '%a %S' \(btrfs.root)").split(separator: " ")
      #expect(disk.available == available.compactMap { UInt64($0) }.reduce(1, *))
    }
  }

  @Test func seesThatBtrfsIsFullWhileDfShowsRoom() async throws {
    try await ScratchBtrfs.with(size: "400M") { btrfs in
      // All space becomes chunks for data, of each of which half is free again (a chunk that is
      // wholly free would be given back); then metadata runs out.
      try await btrfs.sh(
        """
        cd \(btrfs.root)
        add() { dd if=/dev/zero of=$1 bs=1M count=1 oflag=direct,append conv=notrunc 2>/dev/null; }
        while add one && add two; do :; done
        sync -f .; rm one; sync -f .
        mkdir small; head -c 40M /dev/zero | split -a 5 -b 1500 - small/ 2>/dev/null || true
        sync -f .
        """)
      let outcome = try await Tool("pcs-diskmon")(
        "check", "--path", btrfs.root.string, "--min", "1%")
      let disk = try #require(outcome.disks.first)
      #expect(disk.fraction > 0.3)
      #expect(outcome.status == 5)
      #expect(outcome.result?.error?.kind == "disk.space")
    }
  }

  @Test func countsWhatWasJustDeletedAsFree() async throws {
    try await ScratchBtrfs.with(size: "400M") { btrfs in
      let check = """
        head -c 250M /dev/zero > \(btrfs.root)/big; sync -f \(btrfs.root); rm \(btrfs.root)/big
        \(Tool.path("pcs-diskmon")) check --path \(btrfs.root) --min 50%
        """
      let outcome = try await Tool(at: "/bin/sh")("-c", check)
      #expect(outcome.status == 0)
    }
  }

  @Test("I5: what is written counts at once, though btrfs commits later, and it counts once")
  func countsWhatIsNotCommittedYet() async throws {
    try await ScratchBtrfs.with { btrfs in
      let checks = """
        check() { \(Tool.path("pcs-diskmon")) check --path \(btrfs.root) --min 1B; }
        sync -f \(btrfs.root); check; head -c 100M /dev/urandom >\(btrfs.root)/big; check
        sync -f \(btrfs.root); check
        """
      let available = try await Tool(at: "/bin/sh")("-c", checks).disks.map(\.available)
      try #require(available.count == 3)
      let (before, written, committed) = (available[0], available[1], available[2])
      #expect(written + 95 << 20 < before)
      #expect(max(written, committed) - min(written, committed) < 5 << 20)
    }
  }

  @Test("I5: a disk that fills up without a commit is noticed by the next look")
  func noticesWhatIsNotCommittedYet() async throws {
    try await ScratchBtrfs.with { btrfs in
      let watching = """
        \(Tool.path("pcs-diskmon")) watch --path \(btrfs.root) --min 60% --interval 100ms & watch=$!
        (sleep 10; kill -TERM $watch) & timer=$!
        head -c 200M /dev/urandom > \(btrfs.root)/big
        wait $watch; status=$?; kill $timer; exit $status
        """
      let outcome = try await Tool(at: "/bin/sh")("-c", watching)
      #expect(outcome.status == 5)
    }
  }

  @Test func noticesADiskThatFillsUp() async throws {
    try await ScratchBtrfs.with { btrfs in
      let watching = """
        \(Tool.path("pcs-diskmon")) watch --path \(btrfs.root) --min 40% --interval 100ms & watch=$!
        head -c 300M /dev/zero > \(btrfs.root)/big; sync -f \(btrfs.root)
        wait $watch || exit $?
        """
      let outcome = try await Tool(at: "/bin/sh")("-c", watching)
      #expect(outcome.status == 5)
      #expect(outcome.result?.error?.kind == "disk.space")
    }
  }
}
