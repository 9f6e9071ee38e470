import Btrfs
import SystemPackage
import Testing

struct HomeSubvolumesTests {
  static let cases: [(folders: [FilePath], homes: [FilePath], found: [FilePath])] = [
    (["/home"], ["/home/bob", "/home/ada", "/home/ada"], ["/home/ada", "/home/bob"]),
    (["/home", "/home/ada"], ["/home/ada", "/srv/carol"], []),
    (["/home"], ["/home", "/homes/ada", "/home/../etc", "home/ada"], []),
  ]

  @Test("U4: the homes below a folder belong to it", arguments: cases)
  func findsHomesBelowFolders(
    _ example: (folders: [FilePath], homes: [FilePath], found: [FilePath])
  ) {
    #expect(HomeSubvolumes.below(example.folders, among: example.homes) == example.found)
  }
}
