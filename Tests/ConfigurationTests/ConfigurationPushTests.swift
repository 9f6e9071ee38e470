import Configuration
import Testing

/// Requirement C4.
@Suite struct ConfigurationPushTests {
  @Test(
    arguments: [
      (nil, .absent), ("", .different), ("a: 1", .different), ("a: 1\n", .equal),
      ("a: 1\r\n", .different),
    ] as [(String?, PushState)])
  func comparesByteForByte(_ theirs: String?, _ state: PushState) {
    let bytes = theirs.map { Array($0.utf8) }
    #expect(PushState(ours: Array("a: 1\n".utf8), theirs: bytes) == state)
  }

  @Test func anEmptyFileIsNotAnAbsentOne() {
    #expect(PushState(ours: [], theirs: []) == .equal)
    #expect(PushState(ours: [], theirs: nil) == .absent)
  }

  @Test(
    arguments: [
      (.absent, nil, .ask), (.absent, .take, .write), (.absent, .keep, .keep),
      (.absent, .stop, .stop),
      (.different, nil, .ask), (.different, .take, .write), (.different, .keep, .keep),
      (.different, .stop, .stop),
      (.equal, nil, .nothing), (.equal, .take, .nothing), (.equal, .keep, .nothing),
      (.equal, .stop, .nothing),
    ] as [(PushState, PushAnswer?, PushStep)])
  func decides(_ state: PushState, _ answer: PushAnswer?, _ step: PushStep) {
    #expect(state.step(answer) == step)
  }
}
