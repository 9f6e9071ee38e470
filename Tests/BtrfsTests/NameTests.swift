import PCSCore
import SystemPackage
import Testing

@testable import Btrfs

@Suite struct NameTests {
  @Test(arguments: ["@", "@home", "root", "with space", "a-b", "-x", "ä"])
  func flatNamesAreAccepted(name: String) throws {
    try FlatName.check(name)
  }

  @Test(arguments: [
    "", ".", "..", "/", "/home", "a/b", "@home/", String(repeating: "x", count: 256),
  ])
  func pathsAreRefusedAsWrongUsage(name: String) {
    let error = #expect(throws: SnapshotError.self) { try FlatName.check(name) }
    #expect(error?.exitStatus == .usage)
  }

  @Test(arguments: [
    ("@home-rolledback-20251115T120000Z-abc12345", "@home"),
    ("a-rolledback-b-rolledback-20251115T120000Z-abc12345", "a-rolledback-b"),
  ])
  func namesOfReplacedSubvolumesAreRead(text: String, subvolume: String) throws {
    let name = try #require(RolledBackName(text))
    #expect(name.subvolume == subvolume)
    #expect(name.sessionID == "abc12345")
    #expect(name.text == text)
    #expect(name.moment == Timestamp("2025-11-15T12:00:00Z"))
  }

  @Test(arguments: [
    "@home", "-rolledback-20251115T120000Z-abc12345", "@home-rolledback-20251115T120000Z-xyz",
    "@home-rolledback-yesterday-abc12345", "@home-presync-20251115T120000Z-abc12345",
  ])
  func otherNamesAreNotOurs(text: String) {
    #expect(RolledBackName(text) == nil)
  }

  @Test func uuidsAreCanonicalText() {
    #expect(
      UUID((0..<16).map { $0 * 16 + 1 }).description == "01112131-4151-6171-8191-a1b1c1d1e1f1")
  }

  @Test func swapFilesAreReadWithTheirEscapes() {
    let table = """
      Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
      /dev/dm-1                               partition\t8388604\t\t0\t\t-2
      /home/my\\040swap                       file\t\t8388604\t\t0\t\t-3

      """
    #expect(SwapFiles.paths(in: Array(table.utf8)) == ["/home/my swap"])
  }

  @Test func mountsAreReadWithTheirOptionalFields() {
    let table = """
      36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 shared:2 - btrfs /dev/root rw
      37 35 98:0 / / rw - ext4 /dev/root rw
      broken
      """
    #expect(
      MountTable.parse(Array(table.utf8)) == [
        .init(id: 36, parent: 35, device: "98:0", root: "/mnt1", point: "/mnt 2", type: "btrfs"),
        .init(id: 37, parent: 35, device: "98:0", root: "/", point: "/", type: "ext4"),
      ])
  }

  @Test("N4: what is mounted on a nested subvolume is found")
  func findsWhatIsMountedOnANestedSubvolume() {
    let table = MountTable.parse(
      Array(
        """
        20 1 0:30 /@ / rw - btrfs /dev/sda rw
        21 20 0:30 /@/home /home rw - btrfs /dev/sda rw
        22 21 0:40 / /home/disk rw - btrfs /dev/sdb rw

        """.utf8))
    #expect(MountTable.point(on: "@/home", of: "0:30", in: table) == "/home")
    #expect(MountTable.point(on: "@/home/disk", of: "0:30", in: table) == "/home/disk")
    #expect(MountTable.point(on: "@/home", of: "0:40", in: table) == nil)
    #expect(MountTable.point(on: "@", of: "0:30", in: table) == nil)
  }
}
