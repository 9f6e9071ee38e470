import CLinux
import Glibc

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

  /// Makes a change of the size interrupt `poll(2)`.
  package static func noticeResizing() {
    signal(SIGWINCH) { _ in }
  }
}
