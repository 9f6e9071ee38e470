import SystemPackage
import Testing

@testable import Btrfs

@Suite struct MountBySubvolumeIDTests {
  static let fileSystem = UUID((0..<16).map { $0 })
  static let other = "99999999-0405-0607-0809-0a0b0c0d0e0f"

  static let tables: [(String, Bool)] = [
    ("/dev/sda2 /home btrfs subvolid=257 0 0", true),
    ("/dev/sda2\t/home\tbtrfs\trw,subvolid=257,subvol=/@home\t0\t0", true),
    ("UUID=00010203-0405-0607-0809-0a0b0c0d0e0f /home btrfs subvolid=257 0 0", true),
    ("UUID=\(other) /home btrfs subvolid=257 0 0", false),
    ("/dev/sda2 /home btrfs subvolid=0x101 0 0", true),
    ("/dev/sda2 /home btrfs subvolid=0401 0 0", true),
    ("/dev/sda2 /home btrfs subvolid=2570 0 0", false),
    ("/dev/sda2 /home btrfs subvol=@home 0 0", false),
    ("# /dev/sda2 /home btrfs subvolid=257 0 0", false),
    ("/dev/sda2 /home ext4 subvolid=257 0 0", false),
    ("/dev/sda1 / btrfs subvol=@ 0 0\n/dev/sda2 /home btrfs subvolid=257 0 0", true),
    ("", false),
  ]

  @Test(arguments: tables)
  func tablesAreRead(table: String, isNamed: Bool) {
    #expect(
      MountBySubvolumeID.isNamed(257, of: Self.fileSystem, inTable: Array(table.utf8)) == isNamed)
  }

  @Test(arguments: [
    ("root=/dev/sda2 rootflags=subvolid=257 quiet\n", true),
    ("rootflags=noatime,subvolid=257", true), ("rootflags=subvol=@", false),
    ("subvolid=257", false), ("", false),
  ])
  func commandLinesAreRead(line: String, isNamed: Bool) {
    #expect(MountBySubvolumeID.isNamed(257, inCommandLine: line) == isNamed)
  }
}
