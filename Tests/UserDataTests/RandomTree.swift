import Glibc
import PCSCore
import SystemPackage

/// Numbers that are the same on every run with the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  mutating func one<Element>(of elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &self)]
  }

  mutating func chance(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}

/// A tree of names that patterns stumble over, and its entries.
struct RandomTree {
  /// Paths from the root, parents first; true for a directory.
  private(set) var entries: [(path: FilePath, isDirectory: Bool)] = []

  static let names: [[UInt8]] =
    [
      "a", "b", "ab", "foo", "bar", "foo.o", "x.iso", "a b", "a*", "*", "[b]", "a\\b", "a[b",
      "new\nline", "-x", "#c", "?", "**", ".ssh", "id_rsa", ".cache", "mozilla", "Ab1", "\\",
    ].map { Array($0.utf8) } + [[0xff, 0x62], [0x61, 0xe9]]

  init(_ numbers: inout SeededNumbers, size: Int) {
    var directories: [FilePath] = [""]
    var taken: Set<FilePath> = []
    for _ in 0..<size {
      // Deep trees tell more than wide ones.
      let nearest = directories.suffix(numbers.chance(2) ? 1 : directories.count)
      let parent = numbers.one(of: Array(nearest))
      let path = parent.pushing(FilePath(bytes: numbers.one(of: Self.names)))
      guard taken.insert(path).inserted else { continue }
      let isDirectory = !numbers.chance(3)
      entries.append((path, isDirectory))
      if isDirectory { directories.append(path) }
    }
  }

  var directories: [FilePath] { [""] + entries.filter(\.isDirectory).map(\.path) }

  func make(below root: FilePath) throws {
    for (path, isDirectory) in entries {
      let path = root.pushing(path)
      if isDirectory {
        guard path.withPlatformString({ mkdir($0, 0o755) }) == 0 else {
          throw FileError(path, "cannot make", Errno(rawValue: errno))
        }
      } else {
        try FileDescriptor.open(
          path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite]
        ).close()
      }
    }
  }
}
