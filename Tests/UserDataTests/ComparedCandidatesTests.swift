import FileTrees
import SystemPackage
import Testing

@testable import UserData

struct ComparedCandidatesTests {
  private typealias Knowledge = ComparedCandidates.Knowledge

  private static func file(_ size: UInt64) -> Entry {
    let time = FileTime(seconds: 1, nanoseconds: 0)
    return Entry(
      kind: .file,
      attributes: EntryAttributes(permissions: 0o644, owner: 1000, group: 1000, modified: time),
      size: size, inode: 300, changed: time)
  }

  private static func changed(_ entry: Entry?, isOwn: Bool = false) -> FolderFindings.Changed {
    FolderFindings.Changed(entry: entry, isStructural: true, isOwn: isOwn)
  }

  private struct Case: CustomTestStringConvertible {
    var testDescription: String
    var knowledge: Knowledge
    var here: Entry?
    var there: Entry?
    var verdict: ComparedCandidates.Verdict

    init(
      _ name: String, here: Entry? = file(1), there: Entry? = file(2),
      _ verdict: ComparedCandidates.Verdict, _ set: (inout Knowledge) -> Void = { _ in }
    ) {
      testDescription = name
      knowledge = Knowledge()
      set(&knowledge)
      (self.here, self.there, self.verdict) = (here, there, verdict)
    }
  }

  private static var cases: [Case] {
    [
      Case("nothing is known", .open),
      Case("only there, nothing is known", here: nil, .open),
      Case("only here", there: nil, .unchanged),
      Case("not among the changes there", .unchanged) { $0.there = [:] },
      Case("not among the changes there, of another filter", .open) {
        $0.there = [:]
        $0.isSameFilter = false
      },
      Case("changed there, and nothing is known of here", .open) {
        $0.there = ["d/f": changed(file(2))]
      },
      Case("written there by an interrupted sync", .unchanged) {
        $0.there = ["d/f": changed(file(2), isOwn: true)]
      },
      Case("deleted there", there: nil, .changed) { $0.there = ["d/f": changed(nil)] },
      Case("chosen there", .changed) {
        $0.there = [:]
        $0.chosenThere = ["d/f"]
      },
      Case("behind a mount until now", here: nil, .changed) {
        $0.there = [:]
        $0.formerBoundaries = ["d"]
      },
      Case("behind a mount until now, and only here", there: nil, .unchanged) {
        $0.formerBoundaries = ["d"]
      },
      Case("of a snap's revision that was left until now", .open) {
        $0.there = [:]
        $0.formerSnaps = ["d"]
      },
      Case("of such a revision, and only here", there: nil, .unchanged) {
        $0.formerSnaps = ["d"]
      },
      Case("agreed to", .unchanged) { $0.isAgreed = true },
      Case("agreed to, but changed since the target's last sync", .changed) {
        $0.isAgreed = true
        $0.there = ["d/f": changed(file(2))]
      },
    ]
  }

  @Test(arguments: cases.indices) func judges(index: Int) {
    let each = Self.cases[index]
    #expect(
      each.knowledge.verdict("d/f", here: each.here, there: each.there) == each.verdict,
      "\(each.testDescription)")
  }

  /// Requirement U1.
  @Test func takesWhatNobodyKnowsForAChangeThere() {
    var candidates = ComparedCandidates(Knowledge())
    candidates.add(TreeComparison.Difference(path: "a", here: nil, there: Self.file(1)))
    candidates.add(TreeComparison.Difference(path: "b", here: nil, there: Self.file(2)))
    #expect(Set(candidates.open.changedHere.keys) == ["a", "b"])
    candidates.resolve(known: ["a"])
    #expect(candidates.candidates["a"]?.there?.isChanged == false)
    #expect(candidates.candidates["a"]?.isChangedHere == true)
    #expect(candidates.candidates["b"]?.there?.isChanged == true)
    #expect(candidates.candidates["b"]?.isChangedHere == false)
  }
}
