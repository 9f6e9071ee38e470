import FileTrees
import Glibc
import PCSTestSupport
import SystemPackage
import Testing

struct TreeRemovalTests {
  @Test func removesATreeDeeperThanAProcessMayHaveFilesOpen() async throws {
    try await withScratchDirectory { scratch in
      let root = try Directory(scratch)
      var inner = root
      for number in 0..<300 {
        #expect(mkdirat(inner.descriptor.rawValue, number == 0 ? "tree" : "d", 0o700) == 0)
        inner = try #require(try inner.opening(number == 0 ? "tree" : "d"))
        for name in ["file", ".removed-0"] {
          close(openat(inner.descriptor.rawValue, name, O_CREAT | O_WRONLY, 0o600))
        }
      }
      try TreeRemoval.remove("tree", in: root)
      #expect(try root.entries() == [])
      try TreeRemoval.remove("tree", in: root)
    }
  }

  @Test func followsNoLink() async throws {
    try await withScratchDirectory { scratch in
      let root = try Directory(scratch)
      for name in ["tree", "outside"] { mkdirat(root.descriptor.rawValue, name, 0o700) }
      close(openat(root.descriptor.rawValue, "outside/file", O_CREAT | O_WRONLY, 0o600))
      symlinkat("../outside", root.descriptor.rawValue, "tree/link")
      symlinkat("outside", root.descriptor.rawValue, "link")
      for name in ["tree", "link"] as [FilePath] { try TreeRemoval.remove(name, in: root) }
      #expect(try root.entries() == ["outside"])
      #expect(try root.beneath("outside")?.entries() == ["file"])
    }
  }
}
