import CLinux
import Glibc
import SystemPackage

/// Hands our standard input on to a command, `splice(2)`, and notices when something comes.
///
/// What comes into an empty input has just crossed the link: a sign of life of the other side. A
/// backlog is none, it may be old; nobody needs it for that either, since heartbeats are late only
/// when the link is slower than the command.
struct InputRelay {
  /// What the command reads.
  let reading: Int32
  private let writing: Int32
  private var isOpen = true
  private var isFull = false
  private var isDrained = true
  private var nextSign = BootTime.now

  init() throws {
    let pipe = try Pipe()
    (reading, writing) = (pipe.reading.rawValue, pipe.writing.rawValue)
  }

  func add(to set: inout PollSet) {
    guard isOpen else { return }
    if isFull { set.add(writing, events: POLLOUT) } else { set.add(STDIN_FILENO) }
  }

  /// Moves what there is; true, at most once a second, when that is a sign of life.
  mutating func pump(_ set: PollSet) -> Bool {
    if isOpen, isFull, set.isReady(writing) { isFull = false }
    guard isOpen, !isFull, set.isReady(STDIN_FILENO) else { return false }
    let count = pcs_splice(STDIN_FILENO, writing)
    guard count > 0 else {
      if count < 0, errno == EAGAIN { isFull = true } else if count == 0 || errno != EINTR { end() }
      return false
    }
    let isSign = isDrained && nextSign <= .now
    if isSign { nextSign = .now + .seconds(1) }
    var rest = PollSet()
    rest.add(STDIN_FILENO)
    rest.wait(.zero)
    isDrained = !rest.isReady(STDIN_FILENO)
    return isSign
  }

  /// The command has its end.
  func closeReading() {
    close(reading)
  }

  /// Nothing more comes, or nobody reads it.
  private mutating func end() {
    close(writing)
    isOpen = false
  }
}
