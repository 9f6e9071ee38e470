import FoundationEssentials
import PCSCore
import Testing

@Suite struct RemoteRequestTests {
  @Test func everyByteOfAnArgumentCrosses() throws {
    let request = RemoteRequest(
      arguments: [Array("printf".utf8), Array(1...255), []],
      environment: ["A": "it's \"$x\"\n", "B": ""], directory: "/home/ä b", session: "0badcafe",
      asLoginUser: true)
    #expect(try RemoteRequest(word: request.word) == request)
    #expect(try RemoteRequest(word: request.word).arguments[1] == Data(1...255))
  }

  @Test func theWordMeansNothingToAShell() throws {
    let request = RemoteRequest(arguments: (1...255).map { [$0] })
    #expect(
      try request.word.utf8.allSatisfy {
        $0 < 128 && (Character(UnicodeScalar($0)).isLetter || Character(UnicodeScalar($0)).isNumber)
          || "+/=".utf8.contains($0)
      })
  }

  @Test(arguments: [
    "", "no base64!", "{}", "e30=", "bnVsbA==", Data("[]".utf8).base64EncodedString(),
    Data(#"{"arguments":[],"environment":{},"asLoginUser":false}"#.utf8).base64EncodedString(),
    Data(#"{"arguments":["AGE="],"environment":{},"asLoginUser":false}"#.utf8)
      .base64EncodedString(),
  ])
  func whatIsNoRequestIsWrongUsage(_ word: String) {
    let error = #expect(throws: LeashError.self) { try RemoteRequest(word: word) }
    #expect(error == .badRequest)
    #expect(error?.exitStatus == .usage)
  }
}
