import FileTrees
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

/// A block whose checksum is wrong is an error that names the file.
@Suite(.serialized, .enabled(if: ScratchBtrfs.isPossible, "needs root and loop devices"))
struct ReadErrorTests {
  private static let damaged = FilePath("ada/app.db")

  /// Runs `body` with a directory in which `damaged` cannot be read.
  private static func withDamage(_ body: (FilePath) async throws -> Void) async throws {
    try await ScratchBtrfs.with(size: "256M") { btrfs in
      let home = btrfs.topLevel.appending("@home")
      try await btrfs.sh(
        """
        mkdir ada
        { printf 'SQLite format 3\\0'; seq -f 'damaged-%.0f' 1000; } >ada/app.db
        sync -f .
        # The first data of a new file system on one disk lies where its address says.
        block=$(filefrag -v ada/app.db | awk '$1 == "0:" { print +$4 }')
        printf X | dd of=../../image bs=1 seek=$((block * 4096 + 100)) conv=notrunc status=none
        dd if=ada/app.db iflag=nocache count=0 status=none
        if cat ada/app.db >/dev/null 2>&1; then exit 9; fi
        """, in: home)
      try await body(home)
    }
  }

  private static func expectNamed(_ work: () throws -> Void) {
    let error = #expect(throws: FileError.self) { try work() }
    #expect(error?.path.lastComponent == damaged.lastComponent)
    #expect(error?.errno == .ioError)
    #expect(error?.exitStatus == .inputOutput)
    #expect(error?.description.contains("app.db: cannot ") == true)
  }

  @Test func everyReaderNamesTheFile() async throws {
    try await Self.withDamage { home in
      let handle = try #require(try EntryTree(try Directory(home)).handle(at: Self.damaged))
      Self.expectNamed { _ = try UnitSearch.isDatabase(handle) }
      Self.expectNamed { _ = try ContentDigest(of: handle) }
    }
  }
}
