import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import UserData

struct EvidenceTests {
  /// Requirement U1.
  @Test func knowsVersionsThatASnapshotHolds() async throws {
    try await withScratchDirectory { scratch in
      let script = """
        cd "$1" && mkdir -p new/d old/d there/d && cd there/d && echo 1 >one && echo 22 >two &&
        echo mine >mine && echo 1 >mode && chmod 600 mode && ln -s a link && ln -s b other &&
        cp -a one ../../new/d/one && cp two ../../old/d/two && echo 11 >../../new/d/two &&
        touch -d @5 ../../old/d/two && echo ours >../../new/d/mine && echo 1 >../../new/d/mode &&
        chmod 644 ../../new/d/mode && ln -s a ../../old/d/link && ln -s a ../../old/d/other
        """
      _ = try await ChildProcess("sh", ["-euc", script, "-", scratch.string]).capture()
      let there = EntryTree(try Directory(scratch.appending("there")))
      var entries: [FilePath: Entry] = [:]
      for name in ["one", "two", "mine", "mode", "link", "other"] {
        let path: FilePath = "d"
        entries[path.appending(name)] = try there.entry(at: path.appending(name))
      }
      let evidence = Evidence([
        EntryTree(try Directory(scratch.appending("new"))),
        EntryTree(try Directory(scratch.appending("old"))),
      ])
      let known = try evidence.known(among: entries) { paths in
        try paths.map { path in
          let file = try #require(try there.handle(at: path))
          return try ContentDigest(of: file)
        }
      }
      #expect(known == ["d/one", "d/two", "d/link"])
    }
  }
}
