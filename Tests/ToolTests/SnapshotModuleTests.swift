import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SnapshotModuleTests {
  let snapshot = Tool("pcs-snapshot")

  func invocation(
    _ btrfs: ScratchBtrfs, _ subvolumes: String, phase: ModuleOutcome.Phase? = .pre,
    dryRun: Bool = false
  ) throws -> String {
    try Invocation.line(
      module: "btrfs-snapshots", phase: phase,
      config: #"{"subvolumes":[\#(subvolumes)],"snapshot_dir":"\#(btrfs.snapshots)"}"#,
      dryRun: dryRun)
  }

  @Test("N1: snapshots cannot be turned off") func describesItselfAsRequired() async throws {
    let description = try JSON(parsing: try await snapshot("describe").output.utf8)
    #expect(description["name"] == "btrfs-snapshots")
    #expect(description["required"] == true)
    #expect(description["protocol"] == 1)
  }

  @Test("N2: what is missing is found beforehand, nothing is made")
  func findsEverythingAtOnceAndChangesNothing() async throws {
    try await ScratchBtrfs.with { btrfs in
      let before = try await btrfs.sh("btrfs subvolume list \(btrfs.root)")
      let outcome = try await snapshot(
        "validate", input: try invocation(btrfs, #""@","@nope","a/b","@snapshots""#))
      #expect(outcome.status == 1)
      #expect(outcome.findings.count == 3)
      let good = try await snapshot("validate", input: try invocation(btrfs, #""@","@home""#))
      #expect(good.status == 0)
      #expect(try await btrfs.sh("btrfs subvolume list \(btrfs.root)") == before)
    }
  }

  @Test func executeTakesTheSnapshotsOfItsPhase() async throws {
    try await ScratchBtrfs.with { btrfs in
      for (phase, kind) in [(ModuleOutcome.Phase.pre, Snapshot.Kind.preSync), (.post, .postSync)] {
        let outcome = try await snapshot(
          "execute", input: try invocation(btrfs, #""@","@home""#, phase: phase))
        #expect(outcome.status == 0)
        #expect(outcome.snapshots.map(\.kind) == [kind, kind])
        #expect(outcome.snapshots.allSatisfy { $0.sessionID == "0badcafe" })
      }
      let without = try await snapshot(
        "execute", input: try invocation(btrfs, #""@""#, phase: nil))
      #expect(without.status == 64)
    }
  }

  @Test("S6: a dry run makes nothing") func aDryRunMakesNothing() async throws {
    try await ScratchBtrfs.with { btrfs in
      let outcome = try await snapshot(
        "execute", input: try invocation(btrfs, #""@","@home""#, dryRun: true))
      #expect(outcome.status == 0)
      #expect(outcome.logs.count == 2)
      #expect(try await btrfs.sh("ls -A \(btrfs.snapshots)") == "")
    }
  }
}
