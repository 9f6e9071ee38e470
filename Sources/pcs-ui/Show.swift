import Display
import Glibc
import PCSCore
import SystemPackage

/// Reads the stream and writes what the viewer makes of it, at most fifteen times a second.
///
/// When the terminal is gone it goes on reading, because the sync must not notice.
struct Show {
  private static let frame = 0.066

  private(set) var outputError: OutputError?
  private var viewer: Viewer
  private var splitter = LineSplitter()
  private let output = EventWriter()
  private let clock = ContinuousClock()
  private let begun: ContinuousClock.Instant
  private var drawn = -1.0
  private var hasNews = false

  init(_ viewer: Viewer) {
    self.viewer = viewer
    begun = clock.now
  }

  private var elapsed: Double { begun.duration(to: clock.now).seconds }

  mutating func run() throws {
    Terminal.noticeChanges()
    while try wait() {
      let chunk = try readChunk()
      if chunk.isEmpty { break }
      for line in splitter.append(chunk) { take(line) }
      drawIfDue()
    }
    if let rest = splitter.finish() { take(rest) }
    write(viewer.finish(columns: Terminal.size.columns))
  }

  private mutating func take(_ line: [UInt8]) {
    hasNews = true
    let prompt = viewer.take(line, columns: Terminal.size.columns, elapsed: elapsed)
    if let prompt { write(prompt) }
  }

  /// Waits for input, and draws whenever that is due meanwhile.
  private mutating func wait() throws -> Bool {
    while true {
      var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let due = hasNews ? max(0, drawn + Self.frame - elapsed) : 1
      let count = poll(&input, 1, Int32(due * 1000) + 1)
      if count > 0 { return true }
      if count < 0, errno != EINTR {
        throw FileError("standard input", "cannot wait for it", Errno(rawValue: errno))
      }
      draw()
    }
  }

  private mutating func drawIfDue() {
    if elapsed - drawn >= Self.frame { draw() }
  }

  private mutating func draw() {
    let size = Terminal.size
    if Terminal.takeContinued() { viewer.forgetScreen() }
    drawn = elapsed
    hasNews = false
    if let text = viewer.draw(columns: size.columns, rows: size.rows, elapsed: elapsed) {
      write(text)
    }
  }

  private mutating func write(_ text: String) {
    guard outputError == nil, !text.isEmpty else { return }
    do {
      try output.write(line: Array(text.utf8))
    } catch {
      outputError = error
    }
  }

  private func readChunk() throws -> [UInt8] {
    do {
      return try [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
        count = try FileDescriptor.standardInput.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch {
      throw FileError("standard input", "cannot read", error as? Errno ?? .ioError)
    }
  }
}
