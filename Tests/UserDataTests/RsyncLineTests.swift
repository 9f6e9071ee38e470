import PCSCore
import SystemPackage
import Testing

@testable import UserData

struct RsyncLineTests {
  private func parsed(_ text: String) -> RsyncItem? { RsyncItem(Array(text.utf8)) }

  @Test(arguments: [
    ("=<f+++++++++ 5000000 big", Change.Operation.created, "file", true, true, "big"),
    ("=<f.st...... 2 a b/c", .modified, "file", true, false, "a b/c"),
    ("=.d..t...... 4096 ./", .metadata, "directory", false, false, ""),
    ("=cd+++++++++ 4096 d/", .created, "directory", false, true, "d"),
    ("=cL+++++++++ 1 l -> x", .created, "symlink", false, true, "l -> x"),
    ("=cLc.t...... 1 l", .modified, "symlink", false, false, "l"),
    ("=hf+++++++++ 2 f", .linked, "file", false, true, "f"),
    ("=hf..t...... 2 f", .linked, "file", false, false, "f"),
    ("=cD+++++++++ 0 null", .created, "device", false, true, "null"),
    ("=.f...p..... 7  x", .metadata, "file", false, false, " x"),
    ("=*deleting   0 x/", .deleted, "directory", false, false, "x"),
  ])
  func readsItems(
    line: String, operation: Change.Operation, kind: String, sends: Bool, isNew: Bool, path: String
  ) throws {
    let item = try #require(parsed(line))
    #expect(item.operation == operation)
    #expect(item.kind == kind)
    #expect(item.sendsContent == sends)
    #expect(item.isNew == isNew)
    #expect(item.path == Array(path.utf8))
  }

  @Test func knowsNothingOfTheKindOfWhatIsGoneOrSpecial() {
    #expect(parsed("=*deleting   0 x")?.kind == nil)
    #expect(parsed("=cS+++++++++ 0 p")?.kind == nil)
  }

  @Test(arguments: ["", "=", "x", "=<f+++++++++", "=<f+++++++++ x y", "sent 5 bytes", "=? 5 x"])
  func takesNothingElseForAnItem(line: String) {
    #expect(parsed(line) == nil)
  }

  @Test func givesNamesTheirBytesBack() {
    let bytes = RsyncName.unescaped(Array(##"\#377\#012\#134#123 \303\#25"##.utf8)[...])
    #expect(bytes == [255, 10] + Array(##"\#123 \303\#25"##.utf8))
  }

  @Test(arguments: [
    ("        3309568  66%    2.92MB/s    0:00:00  ", RsyncLine.sent(3_309_568)),
    ("      5000000  99%    2.96MB/s    0:00:01 (xfr#1, to-chk=6/8)", .sent(5_000_000)),
    ("Number of files: 200001 (reg: 4, dir: 2)", .entries(200_001)),
    ("Number of created files: 7", .nothing), ("", .nothing), ("     ", .nothing),
    ("cannot delete non-empty directory: a/\\#377", .kept(Array("a/".utf8) + [255])),
    ("skipping something", .complaint("skipping something", isError: false)),
  ])
  func readsWhatElseIsWritten(line: String, meaning: RsyncLine) {
    #expect(RsyncLine(output: Array(line.utf8)) == meaning)
  }

  @Test func doesNotPlanToDeleteWhatIsKept() {
    var kept = KeptDirectories()
    let lines = [
      "=*deleting   0 bob/plain", "cannot delete non-empty directory: bob/.ssh",
      "=*deleting   0 bob/.ssh/", "cannot delete non-empty directory: bob/.ssh",
      "=*deleting   0 x/",
    ].map { RsyncLine(output: Array($0.utf8)) }
    #expect(lines.filter { kept.passes($0) } == [lines[0], lines[1], lines[4]])
  }

  @Test func tellsErrorsFromRemarks() {
    let broken = "rsync: [receiver] mkstemp \"x\" failed: No space left on device (28)"
    #expect(RsyncLine(error: Array(broken.utf8)) == .complaint(broken, isError: true))
    let remark = "IO error encountered -- skipping file deletion"
    #expect(RsyncLine(error: Array(remark.utf8)) == .complaint(remark, isError: false))
    #expect(RsyncLine(error: Array("rsync error: x (code 23)".utf8)) == .nothing)
    let lost = "mux_client_request_session: read from master failed: Broken pipe"
    #expect(RsyncLine(error: Array(lost.utf8)) == .complaint(lost, isError: false))
  }

  @Test(arguments: [
    (12, false, PCSCore.ExitStatus.unavailable, "remote.lost"), (11, true, .noSpace, "disk.space"),
    (23, false, .failure, "user_data.incomplete"), (24, false, .failure, "user_data.incomplete"),
    (25, false, .failure, "user_data.deletions"), (69, false, .unavailable, "remote.lost"),
    (2, false, .failure, "user_data.rsync"),
  ])
  func saysWhyRsyncFailed(status: Int32, full: Bool, exit: PCSCore.ExitStatus, id: String) {
    let failure = RsyncFailure(
      folder: "/home", target: "vega", status: status, isOutOfSpace: full, complaint: "")
    #expect(failure.exitStatus == exit)
    #expect(failure.id == id)
  }
}
