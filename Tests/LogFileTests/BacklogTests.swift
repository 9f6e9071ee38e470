import LogFile
import Testing

@Suite struct BacklogTests {
  private func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }

  @Test func keepsTheOrder() {
    var backlog = Backlog()
    for text in ["a", "b", "c"] { backlog.append(line(text), isProgress: text == "b") }
    #expect(backlog.take() == line("a") + line("b") + line("c"))
    #expect(backlog.isEmpty)
  }

  @Test func dropsNothingButProgress() {
    var backlog = Backlog(comfort: 8, limit: 100)
    for number in 0..<6 {
      backlog.append(line("l\(number)"), isProgress: false)
      backlog.append(line("p\(number)"), isProgress: true)
    }
    #expect(backlog.take() == (0..<6).flatMap { line("l\($0)") })
  }

  @Test func isFullAtItsLimit() {
    var backlog = Backlog(comfort: 3, limit: 6)
    backlog.append(line("ab"), isProgress: false)
    #expect(!backlog.isFull)
    backlog.append(line("cd"), isProgress: false)
    #expect(backlog.isFull)
    _ = backlog.take(upTo: 3)
    #expect(!backlog.isFull)
  }

  @Test func takesWholeLines() {
    var backlog = Backlog()
    for text in ["abc", "def", "a line that is longer"] {
      backlog.append(line(text), isProgress: false)
    }
    #expect(backlog.take(upTo: 7) == line("abc"))
    #expect(backlog.take(upTo: 7) == line("def"))
    #expect(backlog.take(upTo: 7) == line("a line that is longer"))
    #expect(backlog.take(upTo: 7).isEmpty)
  }
}
