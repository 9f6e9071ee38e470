import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// A commit during which the power failed: the disk has what a transaction brought to it, and nothing
/// of what was only in memory.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct CommitPowerTests {
  typealias Scene = CommitRecoveryTests

  /// Ends the transaction without the data of files that nobody has asked to be written
  /// (`BTRFS_IOC_START_SYNC`, `BTRFS_IOC_WAIT_SYNC`); then the disk becomes what it is at that
  /// moment, with another id, so that the kernel does not take it for the one that was mounted.
  private static func failPower(_ btrfs: ScratchBtrfs) async throws {
    let (top, root) = (btrfs.topLevel, btrfs.root)
    try await btrfs.sh(
      """
      python3 -c 'import fcntl, os, sys
      top = os.open(sys.argv[1], os.O_RDONLY)
      number = fcntl.ioctl(top, 0x80089418, bytes(8))
      fcntl.ioctl(top, 0x40089416, number)' \(top)
      cp --sparse=always image then; btrfstune -f -m then
      umount -Rl \(root); umount -l \(top); mv then image
      mount -o loop,subvolid=5 image \(top); device=$(findmnt -no SOURCE \(top))
      mount -o subvol=@ "$device" \(root); mount -o subvol=@snapshots "$device" \(btrfs.snapshots)
      """, in: top.removingLastComponent())
  }

  @Test("I3: what is put in place is on disk whenever the power fails", arguments: [false, true])
  func isCompletedAfterwards(isPlanned: Bool) async throws {
    try await ScratchBtrfs.with { btrfs in
      var waited = 0
      for number in [3, 8, 13, 18, 22] {
        try await Scene.make(btrfs)
        _ = try await Scene.commit(btrfs, killedAt: ("renameat2", number), isPlanned: isPlanned)
        try await Self.failPower(btrfs)
        guard Scene.waits(btrfs) else { continue }
        waited += 1
        let recovered = try await Scene.isolated(btrfs, [Scene.module, "recover"])
        #expect(recovered.status == 0, "\(number): \(recovered.output)")
        #expect(try Scene.tree(btrfs, "@home") == Scene.tree(btrfs, "copy"), "\(number)")
      }
      #expect(waited > 3)
    }
  }
}
