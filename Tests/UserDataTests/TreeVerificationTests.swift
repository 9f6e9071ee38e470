import FileTrees
import Glibc
import PCSCore
import PCSTestSupport
import SyncFilter
import SystemPackage
import Testing

@testable import UserData

struct TreeVerificationTests {
  /// The target's side, over a tree of this machine.
  private final class LocalTarget: TreeVerification.Target {
    private let tree: EntryTree
    private var questions: [VerifyRequest.Question] = []

    init(_ tree: EntryTree) { self.tree = tree }

    func ask(_ question: VerifyRequest.Question) {
      questions.append(VerifyRequest("/home", question).question)
    }

    func receive(_ reply: @escaping (VerifyReply) throws -> Void) throws {
      try VerifyRequest.answer(questions.removeFirst(), in: tree) {
        try reply(VerifyReply(line: $0.line))
      }
    }
  }

  /// Answers with anything but what was asked for.
  private struct LyingTarget: TreeVerification.Target {
    let replies: [VerifyReply]
    func ask(_ question: VerifyRequest.Question) {}
    func receive(_ reply: @escaping (VerifyReply) throws -> Void) throws {
      for each in replies { try reply(each) }
    }
  }

  private static func filtered(_ root: FilePath, exclude: [String] = []) throws -> FilteredTree {
    let settings = try UserDataSettings(["exclude": .array(exclude.map { .string($0) })])
    let list = FilterList(folder: "/home", exceptions: [], user: UserRules(settings))
    return FilteredTree(EntryTree(try Directory(root)), Filter(list) { _ in nil })
  }

  private typealias Findings = [FilePath: TreeVerification.Finding]

  private static func verify(
    _ here: FilePath, _ there: FilePath, exclude: [String] = [], left: Set<FilePath> = []
  ) throws -> (found: Findings, amount: TreeVerification.Amount) {
    var found: Findings = [:]
    let verification = TreeVerification(
      try filtered(here, exclude: exclude), LocalTarget(EntryTree(try Directory(there))), left: left
    ) { path, finding in
      #expect(found.updateValue(finding, forKey: path) == nil)
    }
    let amount = try verification.run()
    return (found, amount)
  }

  /// Makes `here`, copies it to `there`, changes one of the two, and verifies.
  private static func verify(
    _ making: String, then change: String = "", exclude: [String] = [], left: Set<FilePath> = []
  ) async throws -> Findings {
    try await withScratchDirectory { scratch in
      let text = """
        mkdir here; cd here; \(making)
        cp -a "$1/here" "$1/there"; cd "$1"
        \(change)
        """
      try await shell(text, scratch)
      return try verify(
        scratch.appending("here"), scratch.appending("there"), exclude: exclude, left: left
      ).found
    }
  }

  /// A tree with an entry of every kind.
  private static let everyKind = """
    mkdir -p dir/sub empty && echo 1 >dir/file && ln dir/file dir/link && ln -s file dir/symlink
    mkfifo fifo && touch nothing && truncate -s 3M holes && echo x >>holes && head -c 1M /dev/zero >zeros
    head -c 700k /dev/urandom >large && setfattr -n user.a -v b large
    """

  @Test func findsNothingInEqualTrees() async throws {
    #expect(try await Self.verify(Self.everyKind) == [:])
  }

  @Test(arguments: [
    // Size and times as before.
    (
      "printf 2 | dd of=there/dir/file conv=notrunc; touch -r here/dir/file there/dir/file",
      "content"
    ),
    ("chmod 640 there/dir/file", "permissions"),
    ("touch -d @1 there/dir/file", "time of modification"),
    (
      "touch -d '2025-01-01 00:00:00.5' here/dir/file; touch -d '2025-01-01 00:00:00.6' there/dir/file",
      "time of modification"
    ),
    ("echo 22 >there/dir/file; touch -r here/dir/file there/dir/file", "size"),
    ("setfattr -n user.c -v d there/dir/file", "extended attributes"),
  ])
  func namesWhatDiffers(change: String, trait: String) async throws {
    let found = try await Self.verify("mkdir dir && echo 1 >dir/file", then: change)
    #expect(found == ["dir/file": .differs([try #require(EntryTrait(rawValue: trait))])])
  }

  @Test func namesWhatDiffersOfAnythingElse() async throws {
    let change = """
      ln -sfn other there/dir/symlink; touch -h -r here/dir/symlink there/dir/symlink
      rm there/fifo; mkdir there/fifo
      printf x | dd of=there/large bs=1 seek=700000 conv=notrunc; touch -r here/large there/large
      printf x | dd of=there/zeros bs=1 seek=500000 conv=notrunc; touch -r here/zeros there/zeros
      printf x | dd of=there/holes bs=1 seek=2000000 conv=notrunc; touch -r here/holes there/holes
      chmod 700 there/empty
      touch -r here there; touch -r here/dir there/dir
      """
    let found = try await Self.verify(Self.everyKind, then: change)
    #expect(
      found == [
        "dir/symlink": .differs([.linkTarget]), "fifo": .differs([.kind]),
        "large": .differs([.content]), "zeros": .differs([.content]), "holes": .differs([.content]),
        "empty": .differs([.permissions]),
      ])
  }

  @Test func takesHolesForZeros() async throws {
    let change = """
      rm there/zeros there/holes; truncate -s 1M there/zeros
      head -c 3M /dev/zero >there/holes; echo x >>there/holes
      for each in zeros holes .; do touch -r here/$each there/$each; done
      """
    #expect(try await Self.verify(Self.everyKind, then: change) == [:])
  }

  @Test func namesWhatIsMissing() async throws {
    let change = """
      rm -r there/dir; rm here/nothing; mkdir there/new there/new/sub; echo 1 >there/new/sub/file
      touch -r here there
      """
    let found = try await Self.verify(
      "mkdir -p dir/sub; touch dir/sub/file nothing", then: change)
    #expect(
      found == [
        "dir": .missing(on: .there), "dir/sub": .missing(on: .there),
        "dir/sub/file": .missing(on: .there), "nothing": .missing(on: .here),
        "new": .missing(on: .here), "new/sub": .missing(on: .here),
        "new/sub/file": .missing(on: .here),
      ])
  }

  @Test func findsNamesThatAreNotOneFile() async throws {
    let apart = "rm there/b; cp -p here/b there/b; touch -r here there"
    #expect(
      try await Self.verify("echo 1 >a; ln a b; ln a c", then: apart)
        == ["b": .differs([.links])])
    let together = "ln -f there/a there/b; touch -r here there"
    #expect(
      try await Self.verify("echo 1 >a; cp -p a b", then: together) == ["b": .differs([.links])])
  }

  @Test func looksAtNothingThatIsExcluded() async throws {
    let change = """
      echo 2 >there/cache/file; mkdir there/mine there/mine/sub there/gone
      echo 2 >there/mine/sub/cache; touch -r here there
      """
    let found = try await Self.verify(
      "mkdir cache; echo 1 >cache/file", then: change, exclude: ["cache"])
    // A directory that only the target has stays because of what is excluded in it.
    #expect(found == ["gone": .missing(on: .here)])
  }

  @Test func looksAtNothingThatIsLeft() async throws {
    let change = """
      echo 2 >there/dir/file; echo 2 >there/a; rm there/b; mkdir -p there/new; echo 1 >there/new/c
      touch -r here there
      """
    let found = try await Self.verify(
      "mkdir dir; echo 1 | tee dir/file a b", then: change, left: ["dir", "a", "b", "new/c"])
    #expect(found == [:])
  }

  @Test func takesCopiesThatWereKeptForNoDifference() async throws {
    let copy = "a.pcs-conflict-vega-20251115T120000Z"
    let change = """
      echo 2 >there/\(copy); mkdir there/dir.pcs-conflict-vega-20251115T120000Z; touch -r here there
      """
    #expect(try await Self.verify("echo 1 >a", then: change) == [:])
    // One that the source has, too, is like any other file.
    let found = try await Self.verify("echo 1 >\(copy)", then: "chmod 600 there/\(copy)")
    #expect(found == [FilePath(copy): .differs([.permissions])])
  }

  /// Some files of proc(5) can be opened and not be read.
  @Test func takesNothingThatCannotBeReadForEqual() throws {
    var replies: [VerifyReply] = []
    let tree = EntryTree(try Directory(FilePath("/proc/\(getpid())")))
    try VerifyRequest.answer(.contents(["mem", "gone", "task"]), in: tree) { replies.append($0) }
    #expect(
      replies == [
        .unreadable("", "cannot read at byte 0: Input/output error"),
        .unreadable("", "cannot open: No such file or directory"),
        .unreadable("", "is not a file any more"),
      ])
  }

  @Test func reportsWhatCannotBeReadOnEitherMachine() async throws {
    try await withScratchDirectory { scratch in
      try await Self.shell("touch -r /proc/\(getpid())/mem mem; chmod 600 mem", scratch)
      let (process, only) = (FilePath("/proc/\(getpid())"), ["+ /mem", "*"])
      let reason = "cannot read at byte 0: Input/output error"
      #expect(
        try Self.verify(process, process, exclude: only).found["mem"]
          == .unreadable(on: .here, reason))
      #expect(
        try Self.verify(scratch, process, exclude: only).found["mem"]
          == .unreadable(on: .there, reason))
    }
  }

  @Test func readsManyFilesAndDirectories() async throws {
    let making = """
      for i in $(seq 80); do mkdir -p $i/a; echo $i | tee $i/f $i/a/g $i/a/h >$i/h; done
      """
    try await withScratchDirectory { scratch in
      try await Self.shell("mkdir here; cd here; \(making); cp -a . ../there", scratch)
      try await Self.shell(
        "for i in 7 79; do echo x >there/$i/a/g; touch -r here/$i/a/g there/$i/a/g; done", scratch)
      try await Self.shell("echo 9 >there/9/f; touch -r here/9/f there/9/f", scratch)
      let (found, amount) = try Self.verify(
        scratch.appending("here"), scratch.appending("there"))
      #expect(found["9/f"] == nil)
      #expect(Set(found.keys) == ["7/a/g", "79/a/g"])
      #expect(amount.entries == 1 + 160 + 320)
    }
  }

  @Test func refusesAnswersToOtherQuestions() async throws {
    try await withScratchDirectory { scratch in
      try await Self.shell("mkdir here; echo 1 >here/f", scratch)
      let entry = try #require(try EntryTree(try Directory(scratch)).entry(at: "here/f"))
      let content = VerifiedContent(length: 2, digest: ContentDigest(of: [1]))
      let lies: [[VerifyReply]] = [
        [], [.directory("d")], [.directory(""), .directory("")], [.entry("f", entry)],
        [.content(content)], [.directory(""), .content(content)],
        [.directory(""), .entry("g", entry), .entry("f", entry)],
        [.directory(""), .entry("f", entry), .entry("f", entry)],
      ]
      for replies in lies {
        let verification = TreeVerification(
          try Self.filtered(scratch.appending("here")), LyingTarget(replies: replies)
        ) { _, _ in }
        #expect(throws: WireError.self) { try verification.run() }
      }
    }
  }

  /// Runs a script in a directory, which is its first argument, too.
  private static func shell(_ text: String, _ directory: FilePath) async throws {
    let child = ChildProcess("sh", ["-ec", "cd \"$1\"; \(text)", "-", directory.string])
    let (status, _, error) = try await child.capture()
    #expect(status.code == 0, "\(String(decoding: error, as: UTF8.self))")
  }
}
