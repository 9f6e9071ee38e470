import Testing

@testable import pcs_sync

@Suite struct DeletionShareTests {
  @Test(arguments: [("0%", "0%"), ("80%", "80%"), ("100%", "100%"), ("007%", "7%")])
  func isAPercentage(_ text: String, _ share: String) {
    #expect(DeletionShare(argument: text)?.text == share)
  }

  @Test(arguments: [
    "", "%", "80", "101%", "-1%", "0.8", "8 %", "\u{0663}%", "99999999999999999999%",
  ])
  func nothingElseIs(_ text: String) {
    #expect(DeletionShare(argument: text) == nil)
  }
}
