import PCSCore

/// Reads the lines of one child's standard output, and checks them where it runs on the target.
struct LineCheck: Sendable {
  private let speaker: Speaker
  private let session: String
  /// nil for a child on this machine.
  private let target: TargetLine?
  private var misfits = MisfitCount()
  private var hasEnded = false

  init(speaker: Speaker, session: String, target: TargetLine? = nil) {
    self.speaker = speaker
    self.session = session
    self.target = target
  }

  /// The events to pass on for `line`, and the child's own ending if the line is one.
  mutating func read(_ line: [UInt8]) -> (events: [Event], result: ToolResult?) {
    guard let target else { return ChildLine.read(line, from: speaker, session: session) }
    guard let event = ChildLine.parse(line, from: speaker, session: session) else {
      return (drop(ChildLine.text(line)), nil)
    }
    if hasEnded { return (drop("a line after its result"), nil) }
    if let problem = target.problem(with: event) { return (drop(problem), nil) }
    if case .result = event { hasEnded = true }
    return ChildLine.read(event, from: speaker, session: session)
  }

  /// The report of what was only counted, once the child has ended.
  var summary: Event? {
    misfits.summary.map { ChildLine.warning($0, speaker, session) }
  }

  private mutating func drop(_ problem: String) -> [Event] {
    misfits.add() ? [ChildLine.warning(problem, speaker, session)] : []
  }
}
