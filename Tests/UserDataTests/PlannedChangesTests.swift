import FileTrees
import PCSCore
import SystemPackage
import Testing

@testable import LiveCommit
@testable import UserData

struct PlannedChangesTests {
  static func entry(
    _ kind: EntryKind = .file, size: UInt64 = 1, modified: Int64 = 0, owner: UInt32 = 0,
    link: String = ""
  ) -> Entry {
    let time = FileTime(seconds: modified, nanoseconds: 0)
    return Entry(
      kind: kind,
      attributes: EntryAttributes(permissions: 0o644, owner: owner, group: 0, modified: time),
      size: size, allocated: 4096, linkTarget: Array(link.utf8), inode: 1, changed: time)
  }

  static let cases: [(here: Entry?, there: Entry?, operation: Change.Operation?)] = [
    (nil, nil, nil), (entry(), nil, .created), (nil, entry(), .deleted),
    (entry(), entry(size: 2), .modified), (entry(), entry(modified: 1), .modified),
    (entry(), entry(owner: 1), .metadata), (entry(), entry(.directory), .modified),
    (entry(.directory), entry(.directory, modified: 1), .metadata),
    (entry(.symlink, link: "a"), entry(.symlink, link: "b"), .modified),
  ]

  @Test(arguments: cases)
  func isWhatADifferenceComesTo(here: Entry?, there: Entry?, operation: Change.Operation?) {
    let change = Change.planned(at: "d/f", here: here, there: there)
    #expect(change?.operation == operation)
    #expect(change?.isPlanned ?? true)
  }

  @Test func aVersionThatIsKeptIsRenamedAndNotDeleted() {
    var plan = MirrorPlan()
    plan.changes.kept = [FolderChanges.Copy(path: "f", copy: "f.kept")]
    plan.changes.deletions = ["f", "g"]
    plan.changes.settings = [
      FolderChanges.Setting(path: "h", entry: Self.entry(size: 3), hasContent: true)
    ]
    let there = ["f": Self.entry(), "g": Self.entry()] as [FilePath: Entry]
    #expect(
      plan.changes(there: there, below: "ada") == [
        Change(.renamed, path: "ada/f.kept", from: "ada/f", kind: "file", isPlanned: true),
        Change(.deleted, path: "ada/g", kind: "file", isPlanned: true),
        Change(.created, path: "ada/h", kind: "file", size: 3, isPlanned: true),
      ])
  }
}
