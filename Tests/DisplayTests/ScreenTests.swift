import Display
import Testing

@Suite struct ScreenTests {
  @Test func goesUpAsFarAsItDrew() {
    var screen = Screen(inColor: false)
    _ = screen.draw([], board: ["one", "two"], columns: 80)
    #expect(screen.draw([], board: ["1", "2"], columns: 80).hasPrefix("\r\u{1B}[2A1\u{1B}[K\n"))
  }

  @Test func countsTheRowsOfLinesThatANarrowerTerminalWrapped() {
    var screen = Screen(inColor: false)
    _ = screen.draw([], board: [StyledLine(String(repeating: "x", count: 79)), ""], columns: 80)
    #expect(screen.draw([], board: [], columns: 20).hasPrefix("\r\u{1B}[5A"))
  }

  @Test func takesAwayWhatANarrowerTerminalWrapped() {
    var screen = Screen(inColor: false)
    _ = screen.draw([], board: [StyledLine(String(repeating: "x", count: 79))], columns: 80)
    #expect(
      screen.draw([], board: ["x"], columns: 20) == "\r\u{1B}[4Ax\u{1B}[K\n\u{1B}[J")
    #expect(screen.draw([], board: ["x"], columns: 20) == "\r\u{1B}[1Ax\u{1B}[K\n")
  }

  @Test func takesTheBoardAwayBeforeLinesScrollBy() {
    var screen = Screen(inColor: false)
    _ = screen.draw([], board: ["board"], columns: 80)
    #expect(
      screen.draw(["line"], board: ["board"], columns: 80)
        == "\r\u{1B}[1A\u{1B}[Jline\nboard\u{1B}[K\n")
  }

  @Test func leavesAQuestionOpenAtItsEnd() {
    var screen = Screen(inColor: false)
    _ = screen.draw([], board: ["board"], columns: 80)
    #expect(screen.ask([], "sure? ", columns: 80) == "\r\u{1B}[1A\u{1B}[Jsure? ")
    #expect(screen.draw([], board: ["board"], columns: 80) == "\rboard\u{1B}[K\n")
  }

  @Test func changesNoModeOfTheTerminal() {
    var screen = Screen(inColor: true)
    let text = screen.draw([StyledLine("a", .bad)], board: ["b"], columns: 80)
    #expect(!text.contains("\u{1B}[?"))
    #expect(text.contains("\u{1B}[31ma\u{1B}[0m"))
  }
}
