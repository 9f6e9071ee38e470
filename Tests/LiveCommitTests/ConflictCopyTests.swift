import PCSCore
import SystemPackage
import Testing

@testable import LiveCommit

@Suite struct ConflictCopyTests {
  static let moment = Timestamp(milliseconds: 1_763_208_000_000)

  static let names: [(String, String, String)] = [
    ("a.txt", "vega", "a.txt.pcs-conflict-vega-20251115T120000Z"),
    ("a b\n", "v/e", "a b\n.pcs-conflict-v_e-20251115T120000Z"),
    (
      String(repeating: "x", count: 255), "vega",
      String(repeating: "x", count: 220) + ".pcs-conflict-vega-20251115T120000Z"
    ),
    (
      // 220 bytes would end within a character of two.
      "x" + String(repeating: "ü", count: 127), "vega",
      "x" + String(repeating: "ü", count: 109) + ".pcs-conflict-vega-20251115T120000Z"
    ),
  ]

  @Test(arguments: names) func tellsWhoseVersionItIs(name: String, host: String, copy: String) {
    let made = ConflictCopy.name(for: FilePath(name), host: host, at: Self.moment)
    #expect(made.string == copy)
    #expect(made.bytes.count <= 255)
    #expect(ConflictCopy.isConflictCopy(made))
    #expect(ConflictCopy.isConflictCopy(FilePath("home/ada").pushing(made)))
  }

  @Test func bytesThatAreNoTextAreCutAnywhere() {
    let name = FilePath(bytes: [UInt8](repeating: 0xBF, count: 255))
    let made = ConflictCopy.name(for: name, host: "vega", at: Self.moment)
    #expect(made.bytes.count == 255)
    #expect(ConflictCopy.isConflictCopy(made))
  }

  @Test(arguments: [
    "a.txt", "a.pcs-conflict-vega", "a.pcs-conflict-vega-20251115T120000", "",
    ".pcs-conflict-vega-20251115T120000Z", "a-20251115T120000Z",
    "a.pcs-conflict-vega-20251115T120000Z.txt", "a.pcs-conflict-vega-20251115T120000Z/b",
    "a.pcs-conflict-/b-20251115T120000Z", "a.pcs-conflict--20251115T120000Z",
  ])
  func whatOnlyLooksLikeOneIsNone(name: String) {
    #expect(!ConflictCopy.isConflictCopy(FilePath(name)))
  }
}
