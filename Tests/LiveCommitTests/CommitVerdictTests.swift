import FileTrees
import PCSCore
import SystemPackage
import Testing

@testable import LiveCommit

@Suite struct CommitVerdictTests {
  struct Case: Sendable {
    let finding: CommitVerdict.Finding
    let wasThere: Bool
    let shallBe: Bool
    var isOurGap = false
    let verdict: CommitVerdict
  }

  static let cases: [Case] = [
    Case(finding: .absent, wasThere: false, shallBe: true, verdict: .apply),
    Case(finding: .absent, wasThere: false, shallBe: false, verdict: .done),
    Case(finding: .absent, wasThere: true, shallBe: false, verdict: .done),
    Case(finding: .absent, wasThere: true, shallBe: true, verdict: .leave),
    Case(finding: .absent, wasThere: true, shallBe: true, isOurGap: true, verdict: .apply),
    Case(finding: .asBefore, wasThere: true, shallBe: true, verdict: .apply),
    Case(finding: .asBefore, wasThere: true, shallBe: false, verdict: .apply),
    Case(finding: .asDesired, wasThere: true, shallBe: true, verdict: .done),
    Case(finding: .asDesired, wasThere: false, shallBe: true, verdict: .done),
    Case(finding: .other, wasThere: true, shallBe: true, verdict: .leave),
    Case(finding: .other, wasThere: true, shallBe: false, verdict: .leave),
    Case(finding: .other, wasThere: false, shallBe: true, verdict: .leave),
    Case(finding: .other, wasThere: false, shallBe: true, isOurGap: true, verdict: .leave),
  ]

  @Test(arguments: cases) func isDecidedByWhatIsThere(example: Case) {
    let verdict = CommitVerdict(
      example.finding, wasThere: example.wasThere, shallBe: example.shallBe,
      isOurGap: example.isOurGap)
    #expect(verdict == example.verdict)
  }

  // MARK: Untouched

  static func time(_ seconds: Int64) -> FileTime { FileTime(seconds: seconds, nanoseconds: 7) }

  static let before = Entry(
    kind: .file,
    attributes: EntryAttributes(
      permissions: 0o4755, owner: 1000, group: 1000, modified: time(10),
      extended: [ExtendedAttribute(name: Array("user.a".utf8), value: [1])]),
    size: 5, inode: 300, changed: time(11))

  static func entry(_ change: (inout Entry) -> Void) -> Entry {
    var entry = before
    change(&entry)
    return entry
  }

  static let after = entry {
    $0.attributes.permissions = 0o600
    $0.attributes.owner = 1
    $0.attributes.extended = [ExtendedAttribute(name: Array("user.b".utf8), value: [2])]
    $0.attributes.modified = time(20)
    $0.changed = time(21)
  }

  /// What is found, and what is said of it at once, and when completing.
  static let untouched: [(Entry, UntouchedTest.Verdict, UntouchedTest.Verdict)] = [
    (before, .untouched, .untouched),
    (entry { $0.inode = 301 }, .touched, .touched),
    (entry { $0.changed = time(12) }, .touched, .byContent),
    (entry { $0.changed = time(99) }, .untouched, .untouched),
    (
      entry {
        $0.changed = time(12)
        $0.size = 6
      }, .touched, .touched
    ),
    (
      entry {
        $0.changed = time(12)
        $0.attributes.modified = time(12)
      }, .touched, .touched
    ),
    (
      entry {
        $0.changed = time(12)
        $0.attributes.modified = time(20)
      }, .touched, .byContent
    ),
    (
      entry {
        $0.changed = time(12)
        $0.attributes.owner = 1
      }, .touched, .byContent
    ),
    (
      entry {
        $0.changed = time(12)
        $0.attributes.owner = 2
      }, .touched, .touched
    ),
    // chown(2) has taken the set-id bit.
    (
      entry {
        $0.changed = time(12)
        $0.attributes.owner = 1
        $0.attributes.permissions = 0o755
      }, .touched, .byContent
    ),
    (
      entry {
        $0.changed = time(12)
        $0.attributes.permissions = 0o640
      }, .touched, .touched
    ),
    (
      entry {
        $0.changed = time(12)
        $0.attributes.extended = []
      }, .touched, .byContent
    ),
    (
      entry {
        $0.changed = time(12)
        $0.attributes.extended = [ExtendedAttribute(name: Array("user.a".utf8), value: [9])]
      }, .touched, .touched
    ),
    (after, .touched, .byContent),
  ]

  @Test(arguments: untouched)
  func untouchedIsWhatOnlyWeTouched(
    live: Entry, atOnce: UntouchedTest.Verdict, whenCompleting: UntouchedTest.Verdict
  ) {
    var test = UntouchedTest(lastOwnChange: Self.time(99))
    #expect(test.verdict(on: live, since: Self.before) == atOnce)
    test.isRecovery = true
    test.between = Self.after
    #expect(test.verdict(on: live, since: Self.before) == whenCompleting)
  }
}
