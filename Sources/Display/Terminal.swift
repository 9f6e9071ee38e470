import CLinux
import Glibc
import Synchronization

/// The terminal on standard output.
package enum Terminal {
  /// Whether lines can be redrawn in place there.
  package static var isCapable: Bool {
    guard isatty(STDOUT_FILENO) == 1, let name = getenv("TERM") else { return false }
    return !["", "dumb", "unknown"].contains(String(cString: name))
  }

  /// Whether colours are wanted; see no-color.org.
  package static var wantsColor: Bool {
    guard let value = getenv("NO_COLOR") else { return true }
    return value.pointee == 0
  }

  /// Columns and rows, from `TIOCGWINSZ`; 80 by 24 where nobody knows.
  package static var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), size.ws_row == 0 ? 24 : Int(size.ws_row))
  }

  private static let continued = Atomic(false)

  /// Makes a change of the size, and going on after having been stopped, interrupt `poll(2)`.
  package static func noticeChanges() {
    _ = takeContinued()  // Makes the flag before a handler touches it.
    signal(SIGWINCH) { _ in }
    signal(SIGCONT) { _ in Terminal.continued.store(true, ordering: .relaxed) }
  }

  /// Whether we were stopped since the last call, so that others may have written meanwhile.
  package static func takeContinued() -> Bool {
    continued.exchange(false, ordering: .relaxed)
  }
}
