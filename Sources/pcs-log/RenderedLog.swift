import Display
import LogFile
import PCSCore

/// A log as people saw it, or would have seen it, in lines.
struct RenderedLog {
  private static let columns = 80
  private var viewer: Viewer

  init(level: LogLevel) {
    let inColor = Terminal.isCapable && Terminal.wantsColor
    viewer = Viewer(.lines(inColor: inColor), glyphs: .ofLocale, level: level)
  }

  /// What is to be written for a line; after the last one of a sync its summary.
  mutating func render(_ line: LoggedLine) -> [UInt8] {
    _ = viewer.take(line.bytes, columns: Self.columns, elapsed: 0)
    let text = viewer.draw(columns: Self.columns, rows: 0, elapsed: 0) ?? ""
    return Array((text + (line.endsSync ? viewer.finish(columns: Self.columns) : "")).utf8)
  }
}
