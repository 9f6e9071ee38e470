import FoundationEssentials
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// The scripts that check real machines and what is installed.
///
/// They are the executable files of `Tests/lab` and `Tests/install`, and need root and the tree of
/// `make stage`.
@Suite struct ScriptTests {
  private static let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent()

  private static let scripts = ["install", "lab"].flatMap { folder in
    let path = root.appending("Tests/\(folder)").string
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.sorted().map { "Tests/\(folder)/\($0)" }.filter {
      FileManager.default.isExecutableFile(atPath: root.appending($0).string)
    }
  }

  /// What is missing here; nil when the scripts can run.
  private static var missing: String? {
    if !Places.isRoot { return "the scripts of Tests/lab and Tests/install need root" }
    let stage = root.appending(".build/stage/usr/local/bin/pcs-sync")
    let isStaged = FileManager.default.fileExists(atPath: stage.string)
    return isStaged ? nil : ".build/stage is missing: run `make stage`"
  }

  /// Where everything has to be tested, nothing may be left out in silence.
  private static let isRequired = Places.environment("CI") != nil

  @Test func thereAreScripts() {
    #expect(Self.scripts.contains("Tests/lab/check"))
    #expect(Self.scripts.contains("Tests/install/check"))
  }

  @Test(
    .serialized, .timeLimit(.minutes(20)),
    .enabled(if: isRequired || missing == nil, "needs root and `make stage`"), arguments: scripts)
  func succeeds(_ script: String) async throws {
    if let missing = Self.missing {
      Issue.record("\(missing)")
      return
    }
    var child = ChildProcess(Self.root.appending(script))
    child.grace = .seconds(30)  // A lab has to be taken down.
    let (status, output, error) = try await child.capture()
    let text = String(decoding: output + error, as: UTF8.self)
    #expect(status == .exited(0), "\(script):\n\(text)")
  }
}
