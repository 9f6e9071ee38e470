import Btrfs
import PCSCore
import SyncFilter
import SystemPackage
import Testing

@testable import UserData

struct FolderTests {
  @Test(
    arguments: [
      // folder, what is mounted, where, subvolume: inside
      ("/home", "/@home", "/home", "@home", ""),
      ("/home/ada", "/@home", "/home", "@home", "ada"),
      ("/root", "/@", "/", "@", "root"),
      ("/home/ada", "/@data/home", "/home", "@data", "home/ada"),
      ("/home/vm/disks", "/@home", "/home", "@home/vm", "disks"),
      ("/mnt/@home/ada", "/", "/mnt", "@home", "ada"),
    ] as [(FilePath, FilePath, FilePath, FilePath, FilePath)])
  func findsAFolderInItsSubvolume(
    folder: FilePath, mounted: FilePath, point: FilePath, subvolume: FilePath, inside: FilePath
  ) throws {
    let place = try #require(
      FolderPlace(folder: folder, mounted: mounted, at: point, subvolume: subvolume))
    #expect(place.inside == inside)
    #expect(place.subvolume == subvolume)
  }

  @Test func findsNothingInTheWrongMount() {
    #expect(FolderPlace(folder: "/home", mounted: "/@", at: "/srv", subvolume: "@") == nil)
    #expect(FolderPlace(folder: "/home", mounted: "/@home", at: "/home", subvolume: "@") == nil)
  }

  @Test func namesTheOutermostOnly() {
    let paths: [FilePath] = ["ada/vm", "ada/vm/inner", "ada/vmx", "bob", "ada"]
    #expect(FolderPlace.outermost(paths, below: "ada") == ["vm", "vmx"])
    #expect(FolderPlace.outermost(paths, below: "") == ["ada", "bob"])
  }

  @Test func readsEscapedMountPoints() throws {
    let line = #"36 35 0:32 /@home /mnt/a\040b\134\012 rw,relatime shared:1 - btrfs /dev/sda1 rw"#
    let mount = try #require(MountTable.parse(Array(line.utf8)).first)
    #expect(mount.point.bytes == Array("/mnt/a b\\\n".utf8))
    #expect(mount.root == "/@home")
    #expect(mount.id == 36)
  }

  @Test(
    arguments: [
      ("home", "home: not an absolute path"), ("/", "/: the system is not user data"),
      ("/home/../etc", "/home/../etc: '.' and '..' have no place in a folder's path"),
      ("/run/user", "/run/user: belongs to this machine and is never synced (/run)"),
    ] as [(FilePath, String)])
  func refusesNames(folder: FilePath, problem: String) {
    #expect(BothMachines.problems(inNames: [folder]) == [problem])
  }

  @Test func acceptsItsDefaults() throws {
    let settings = try UserDataSettings([:])
    #expect(settings.folders == ["/home"])
    #expect(settings.maximumDeleted == DeletionLimit(percent: 50))
    #expect(settings.bandwidthLimit == nil)
    #expect(try UserDataSettings(["bandwidth_limit": "5MiB"]).bandwidthLimit == 5 << 20)
    let once = try UserDataSettings(["max_delete": "10%"], maximumDeleted: "80%")
    #expect(once.maximumDeleted == DeletionLimit(percent: 80))
    #expect(throws: UserDataSettingsError.maximumDeleted("101%")) {
      try UserDataSettings(["max_delete": "101%"])
    }
  }
}
