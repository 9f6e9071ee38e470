import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// What users write while a commit waits to be completed.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct CommitInterruptedEditTests {
  typealias Scene = CommitRecoveryTests

  /// Edits of what the commit has not come to, which keep size and time of modification.
  private static let edit = """
    for each in dir/other old/file kind/in both inplace/file attr; do
      test "$(cat ../pre/$each)" = "$(cat $each)" || continue
      touch -r $each ../time; printf X | dd of=$each conv=notrunc status=none; touch -r ../time $each
      echo $each
    done
    """

  @Test("I3: times prove no identity when a commit is completed", arguments: [2, 4])
  func whatKeepsSizeAndTimeIsStillAnEdit(number: Int) async throws {
    try await ScratchBtrfs.with { btrfs in
      try await Scene.make(btrfs)
      _ = try await Scene.commit(btrfs, killedAt: ("renameat2", number))
      #expect(Scene.waits(btrfs))
      let home = btrfs.topLevel.appending("@home")
      let edited = try await btrfs.sh(Self.edit, in: home).split(separator: "\n")
      #expect(edited.count >= 4, "\(edited)")
      let recovered = try await Scene.isolated(btrfs, [Scene.module, "recover"])
      #expect(recovered.status == 2)
      // Wherever the commit has moved them.
      let kept = try await btrfs.sh(
        "find . -type f -exec grep -l ^X {} + | xargs stat -c %i | sort -u | wc -l", in: home)
      #expect(Int(kept) == edited.count, "\(recovered.output)")
    }
  }

  @Test(arguments: [1, 4, 9, 16]) func whatNobodyEditedIsCompleted(number: Int) async throws {
    try await ScratchBtrfs.with { btrfs in
      try await Scene.make(btrfs)
      _ = try await Scene.commit(btrfs, killedAt: ("renameat2", number))
      // Their time of change alone.
      try await btrfs.sh(
        "touch -r dir/file dir/file; touch -r both both || touch -r fresh/both fresh/both",
        in: btrfs.topLevel.appending("@home"))
      let recovered = try await Scene.isolated(btrfs, [Scene.module, "recover"])
      #expect(recovered.status == 0, "\(recovered.output)")
    }
  }
}
