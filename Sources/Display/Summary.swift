import PCSCore
import PCSTool

/// What a stream came to, in a few lines.
package struct Summary: Sendable {
  private let glyphs: Glyphs

  package init(glyphs: Glyphs = .unicode) {
    self.glyphs = glyphs
  }

  /// Warnings and errors again, the modules, how it ended.
  package func lines(_ board: Board) -> [StyledLine] {
    let sections = [
      complaints(board), modules(board), ending(board), log(board),
    ].filter { !$0.isEmpty }
    return Array(sections.map { [""] + $0 }.joined())
  }

  private func complaints(_ board: Board) -> [StyledLine] {
    if board.complaints.isEmpty { return [] }
    var lines: [StyledLine] = [StyledLine("Warnings and errors", .bold)]
    lines += board.complaints.map { StyledLine("  ") + $0 }
    let left = board.complaintCount - board.complaints.count
    if left > 0 { lines.append(StyledLine("  and \(left) more, which the log has", .dim)) }
    return lines
  }

  private func modules(_ board: Board) -> [StyledLine] {
    let rows = board.rows.filter { $0.outcome != nil || board.session != nil }
    if rows.isEmpty { return [] }
    let width = rows.map { TextWidth.of($0.name) }.max() ?? 0
    return [StyledLine("Modules", .bold)]
      + rows.map { row in
        var line = StyledLine("  " + TextWidth.fit(EventText.printable(row.name), to: width) + "  ")
        guard let outcome = row.outcome else {
          line.append(row.progress == nil ? "not run" : "not finished", .dim)
          return line
        }
        line.append(outcome.result.rawValue.padded(to: 7), outcome.result.style)
        line.append("  " + BoardLayout.seconds(outcome.duration))
        if let error = outcome.error { line.append("  " + EventText.printable(error.message)) }
        return line
      }
  }

  private func ending(_ board: Board) -> [StyledLine] {
    guard board.session != nil || board.state != nil else { return failures(board) }
    var line = StyledLine(board.state?.rawValue ?? "ended", board.state?.style ?? .bold)
    if let session = board.session {
      line.append(
        "  \(EventText.printable(session.sourceHostname)) \(glyphs.arrow) "
          + EventText.printable(session.targetHostname) + (session.dryRun ? ", dry run" : ""))
    }
    line.append("  " + BoardLayout.seconds(board.duration))
    line.append(
      "  \(board.errorCount) error\(board.errorCount == 1 ? "" : "s")",
      board.errorCount == 0 ? .plain : .bad)
    let failed = board.rows.filter { $0.outcome?.result == .failed }.map(\.name)
    if !failed.isEmpty {
      line.append("  failed: " + EventText.printable(failed.joined(separator: ", ")), .bad)
    }
    return [line] + failures(board)
  }

  /// What the tools said that did not end well.
  private func failures(_ board: Board) -> [StyledLine] {
    board.results.flatMap { result -> [StyledLine] in
      guard let error = result.error, result.status != .success else { return [] }
      var lines = [
        StyledLine("\(EventText.printable(result.tool)): ", .dim)
          + StyledLine(
            EventText.printable(error.message, keepingLines: true),
            result.status == .failed ? .bad : .warning)
      ]
      if let hint = error.hint {
        lines.append(StyledLine("  " + EventText.printable(hint, keepingLines: true)))
      }
      return lines
    }
  }

  private func log(_ board: Board) -> [StyledLine] {
    board.logPath.map { [StyledLine("Log: " + EventText.printable($0))] } ?? []
  }
}
