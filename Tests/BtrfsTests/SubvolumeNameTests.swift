import Btrfs
import SystemPackage
import Testing

struct SubvolumeNameTests {
  static let cases: [(FilePath, String?)] = [
    ("@home", "@home"), ("@/home", "@-home"), ("a/b/c", "a-b-c"), ("", nil),
    (FilePath(platformString: [0x63, -23, 0]), nil),
  ]

  @Test("N5: the name of a nested subvolume has a hyphen for each slash", arguments: cases)
  func flattens(path: FilePath, name: String?) {
    #expect(SubvolumeName.of(path) == name)
  }
}
