import Display
import PCSCore
import SystemPackage
import Testing

@Suite struct PlainTextTests {
  private func progress(_ fraction: Double?) -> Event {
    .progress(
      ProgressUpdate(
        module: "user-data", hostname: "atlas", percentage: fraction, currentItem: "copying",
        sessionID: "0badcafe"))
  }

  @Test func saysEveryTenthOnce() {
    var plain = PlainText(level: .info)
    let said = [nil, 0, 0.05, 0.1, 0.19, 0.21, 0.95, 1, 1].compactMap { fraction in
      plain.line(progress(fraction))?.text
    }
    #expect(
      said == ["  0%", " 10%", " 21%", " 95%", "100%"].map { "user-data \($0) copying" })
  }

  @Test(arguments: [
    (Change(.metadata, path: "ada", isPlanned: true), "would be given other metadata: ada"),
    (Change(.metadata, path: "ada"), "given other metadata: ada"),
    (Change(.deleted, path: "ada", isPlanned: true), "would be deleted ada"),
  ])
  func saysWhatWouldChange(_ change: Change, _ text: String) {
    var plain = PlainText(level: .info)
    #expect(plain.line(.change(change))?.text == text)
  }

  @Test func namesNoPlaceInTheDocumentItself() {
    var plain = PlainText(level: .info)
    let error = ValidationError(module: "core", message: "no", path: "", line: 1, column: 2)
    #expect(plain.line(.validationError(error))?.text == "1:2: core: no")
  }

  @Test func leavesOutWhatASyncLogsAnyway() {
    let lock = Event.lock(LockStatus(path: "/run/lock", state: .free, holder: nil))
    let state = Event.state(
      StateChange(sessionID: "0badcafe", state: .initializing, previous: nil))
    var alone = PlainText(level: .info)
    #expect(alone.line(lock)?.text == "/run/lock: free")
    var sync = PlainText(level: .info)
    #expect(sync.line(state)?.text == "INITIALIZING")
    #expect(sync.line(lock) == nil)
    var verbose = PlainText(level: .full)
    _ = verbose.line(state)
    #expect(verbose.line(lock) != nil)
  }
}
