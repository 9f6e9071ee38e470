import Display
import PCSCore
import Testing

@Suite struct QuestionTests {
  @Test(
    arguments: [
      ("Roll back?", ["y", "n"], "Roll back? [y/n] "),
      ("Roll back? [y/N] ", ["y", "n"], "Roll back? [y/N] "),
      ("Name?", [], "Name? "),
      ("a\u{1B}[2J\nb?", [], "a\\u{1b}[2J\nb? "),
    ])
  func isAPrompt(_ text: String, _ choices: [String], _ prompt: String) {
    let event = Event.other([
      "type": "question", "text": .string(text), "choices": .array(choices.map(JSON.string)),
    ])
    #expect(Question(event)?.prompt == prompt)
  }

  @Test func isNothingElse() {
    #expect(Question(.other(["type": "question"])) == nil)
    #expect(Question(.other(["type": "novelty", "text": "x"])) == nil)
  }
}
