package import PCSCore
import PCSTool

/// Lays a board out in the lines of a terminal.
package struct BoardLayout: Sendable {
  /// In columns; one stays free at the right, so that no terminal wraps.
  private let width: Int
  private let height: Int
  private let glyphs: Glyphs

  package init(columns: Int, rows: Int, glyphs: Glyphs = .unicode) {
    width = max(8, columns - 1)
    height = max(1, rows - 2)
    self.glyphs = glyphs
  }

  /// The step, a bar per module and the disks; `elapsed` in seconds.
  package func lines(_ board: Board, elapsed: Double) -> [StyledLine] {
    if board.isEmpty { return [] }
    // A blank line parts the board from what scrolls by, where there is room for it.
    let top = (height >= 10 ? [""] : []) + [step(board, elapsed: elapsed)]
    let bottom = disks(board).map { [$0] } ?? []
    let room = height - top.count - bottom.count
    return top + visible(board.rows, room).map { bar($0, board.rows, elapsed) } + bottom
  }

  /// When not all fit: what runs or failed before what is done, and that before what waits.
  private func visible(_ rows: [Board.Row], _ room: Int) -> [Board.Row] {
    guard rows.count > room else { return rows }
    func rank(_ row: Board.Row) -> Int {
      if let outcome = row.outcome { return outcome.result == .failed ? 0 : 2 }
      return row.progress == nil ? 3 : 0
    }
    let chosen = Set(
      rows.indices.sorted { (rank(rows[$0]), $0) < (rank(rows[$1]), $1) }.prefix(max(0, room)))
    return rows.indices.filter(chosen.contains).map { rows[$0] }
  }

  private func step(_ board: Board, elapsed: Double) -> StyledLine {
    var line = StyledLine(board.state?.rawValue ?? "running", board.state?.style ?? .bold)
    let clock = Self.clock(elapsed)
    var right = clock
    if board.session != nil {
      let finished = board.rows.count { $0.outcome != nil }
      right = "\(finished)/\(board.rows.count)  \(clock)"
    }
    if let session = board.session {
      let machines =
        "  \(EventText.printable(session.sourceHostname)) \(glyphs.arrow) "
        + EventText.printable(session.targetHostname) + (session.dryRun ? "  dry run" : "")
      if line.width + TextWidth.of(machines) + right.count + 2 <= width { line.append(machines) }
    }
    if line.width + right.count + 1 > width { right = clock }
    guard line.width + right.count + 1 <= width else {
      return line.clipped(to: width, ellipsis: glyphs.ellipsis)
    }
    line.append(String(repeating: " ", count: width - line.width - right.count))
    line.append(right, .dim)
    return line
  }

  private func bar(_ row: Board.Row, _ rows: [Board.Row], _ elapsed: Double) -> StyledLine {
    let longest = rows.map { TextWidth.of($0.name) }.max() ?? 0
    let nameWidth = min(longest, max(7, width * 3 / 10))
    let name = TextWidth.fit(
      EventText.printable(row.name), to: nameWidth, ellipsis: glyphs.ellipsis)
    let isWaiting = row.progress == nil && row.outcome == nil
    var line = StyledLine(name, isWaiting ? .dim : .plain)
    line.append(" ")
    if let outcome = row.outcome {
      line.append(outcome.result.rawValue, outcome.result.style)
      line.append("  " + Self.seconds(outcome.duration), .dim)
      if let error = outcome.error { line.append("  " + EventText.printable(error.message)) }
    } else if !isWaiting {
      append(row, age: elapsed - row.progressAt, to: &line)
    }
    return line.clipped(to: width, ellipsis: glyphs.ellipsis)
  }

  /// `age` in seconds: what is left of the time to the end goes down between two updates.
  private func append(_ row: Board.Row, age: Double, to line: inout StyledLine) {
    let progress = row.progress
    let barWidth = width >= 110 ? 30 : width >= 60 ? 20 : min(10, max(0, width - line.width - 5))
    let fraction = progress?.percentage
    let done = Int((Double(barWidth) * (fraction ?? 0)).rounded(.down))
    line.append(String(repeating: glyphs.done, count: done), .accent)
    line.append(String(repeating: glyphs.open, count: barWidth - done), .dim)
    let share = fraction.map { "\(Int($0 * 100))%" } ?? glyphs.ellipsis
    line.append(String(repeating: " ", count: max(1, 5 - share.count)) + share)
    let eta = progress?.eta.map { "eta " + Self.clock($0 - max(0, age)) }
    let room = width - line.width - 2
    var right = ""
    for part in [eta, Self.rate(row)].compactMap({ $0 })
    where room >= right.count + part.count + 12 {
      right = "  " + part + right
    }
    if let item = progress?.currentItem, room - right.count >= 8 {
      line.append(
        "  "
          + TextWidth.fit(
            EventText.printable(item), to: room - right.count, ellipsis: glyphs.ellipsis))
    }
    if !right.isEmpty { line.append(right, .dim) }
  }

  /// As `123 MB/s`, while bytes are left to transfer.
  private static func rate(_ row: Board.Row) -> String? {
    guard let done = row.progress?.bytesDone, let total = row.progress?.bytesTotal, done < total,
      let rate = row.rate.perSecond
    else { return nil }
    return TransferRate.text(rate)
  }

  private func disks(_ board: Board) -> StyledLine? {
    if board.disks.isEmpty { return nil }
    // The source first, whichever was heard of first.
    let source = board.session?.sourceHostname
    let disks =
      board.disks.filter { $0.hostname == source }
      + board.disks.filter { $0.hostname != source }
    let long = disks.map { host, space in
      "\(EventText.printable(host)) \(Size.text(space.available)) free"
        + " (\(Int(space.fraction * 100))%)"
    }.joined(separator: "   ")
    if TextWidth.of(long) <= width { return StyledLine(long, .dim) }
    let short = disks.map { host, space in
      "\(EventText.printable(host)) \(Int(space.fraction * 100))%"
    }.joined(separator: "  ")
    return StyledLine(TextWidth.clip(short, to: width, ellipsis: glyphs.ellipsis), .dim)
  }

  /// A length of time as a clock shows it: `0:07`, `12:34`, `1:02:03`.
  package static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds), 360_000_000))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = whole / 60 % 60
    if whole < 3600 { return "\(minutes):\(two(whole % 60))" }
    return "\(whole / 3600):\(two(minutes)):\(two(whole % 60))"
  }

  static func seconds(_ duration: Double) -> String {
    EventText.seconds(min(max(0, duration), 360_000_000))
  }
}

extension SessionState {
  package var style: StyledLine.Style {
    switch self {
    case .completed: .good
    case .failed: .bad
    case .aborted, .cleanup: .warning
    default: .bold
    }
  }
}

extension ModuleResult {
  package var style: StyledLine.Style {
    switch self {
    case .success: .good
    case .skipped: .dim
    case .failed: .bad
    }
  }
}

extension LogLevel {
  package var style: StyledLine.Style {
    switch self {
    case .critical, .error: .bad
    case .warning: .warning
    case .info: .plain
    case .full, .debug: .dim
    }
  }
}
