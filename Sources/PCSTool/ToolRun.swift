package import ArgumentParser
import Glibc
package import PCSCore
import SystemPackage

/// One run of a tool, from the parsed command line to the exit status.
package enum ToolRun {
  static func stream(_ command: any StreamCommand, tool: String) async -> Never {
    let reporter = command.common.reporter(tool: tool)
    await stream(reporter) { try await command.run(reporter) }
  }

  /// Does the work of a verb that writes a stream, and leaves with the status of its end.
  package static func stream(
    _ reporter: Reporter, _ work: @escaping @Sendable () async throws -> Void
  ) async -> Never {
    logCommands(reporter)
    let outcome = await withSignalsCancelling(work)
    CommandLog.observe(nil)
    let result = ending(of: outcome, reporter)
    let status = write(result, reporter)
    if let signal = outcome.signal, result.status == .aborted { die(of: signal) }
    Glibc.exit(status)
  }

  /// Logs every command of ours, for a session: a tool that is run by itself has no log.
  private static func logCommands(_ reporter: Reporter) {
    guard Places.environment("PCS_SESSION_ID") != nil else { return }
    CommandLog.observe { reporter.log(.debug, $0.message, $0.context) }
  }

  /// Ends a synchronous tool that writes a stream.
  package static func end(_ reporter: Reporter, _ error: (any ToolError)?) -> Never {
    let outcome = TrapOutcome<Void>(
      result: error.map { .failure($0) } ?? .success(()), signal: nil)
    Glibc.exit(write(ending(of: outcome, reporter), reporter))
  }

  /// Ends a tool that cannot begin its work.
  static func refuse(
    _ command: any ParsableCommand, _ error: any ToolError, tool: String
  ) -> Never {
    let common =
      (command as? any StreamCommand)?.common ?? (command as? any PlainCommand)?.resultOptions
    guard let common else { fail(error, tool: tool) }
    end(common.reporter(tool: tool), error)
  }

  /// Ends a tool that left its streams to another program.
  package static func fail(_ error: any ToolError, tool: String) -> Never {
    report(ErrorDescription(error), tool)
    Glibc.exit(error.exitStatus.rawValue)
  }

  /// Writes the last line and returns the status to leave with.
  private static func write(_ result: ToolResult, _ reporter: Reporter) -> Int32 {
    reporter.emit(.result(result))
    if reporter.format == .text, result.status != .skipped, let error = result.error {
      report(error, reporter.tool)
    }
    if let error = reporter.outputError {
      if error.errno != .brokenPipe { report(ErrorDescription(error), reporter.tool) }
      return error.exitStatus.rawValue
    }
    return result.exitCode
  }

  static func plain(_ command: any PlainCommand, tool: String) async -> Never {
    do {
      try await command.runPlain()
      Glibc.exit(0)
    } catch let error as any ToolError {
      fail(error, tool: tool)
    } catch let error as ExitCode {
      Glibc.exit(error.rawValue)
    } catch {
      report(ErrorDescription(kind: "software", message: "\(error)"), tool)
      Glibc.exit(ExitStatus.software.rawValue)
    }
  }

  /// The last line of the stream.
  private static func ending(
    of outcome: TrapOutcome<Void>, _ reporter: Reporter
  ) -> ToolResult {
    var result = ToolResult(
      tool: reporter.tool, status: .success, exitCode: 0, sessionID: reporter.sessionID)
    do {
      try outcome.result.get()
    } catch let end as Finished {
      result.exitCode = end.status.rawValue
      result.state = end.state
    } catch let end as Skipped {
      result.status = .skipped
      result.error = ErrorDescription(kind: "skipped", message: end.reason)
      result.state = end.state
    } catch {
      result.status = .failed
      if let signal = outcome.signal {
        result.status = .aborted
        result.exitCode = 128 + signal
        result.error = ErrorDescription(kind: "aborted", message: "ended by a signal")
      } else if let error = error as? any ToolError {
        result.exitCode = error.exitStatus.rawValue
        result.error = ErrorDescription(error)
      } else {
        result.exitCode = ExitStatus.software.rawValue
        result.error = ErrorDescription(kind: "software", message: "\(error)")
      }
    }
    return result
  }

  /// Ends a tool whose command line is wrong, or that was asked for help.
  ///
  /// The words of the command line come from outside, too.
  package static func leave(_ tool: any ParsableCommand.Type, _ error: any Error) -> Never {
    let status = tool.exitCode(for: error)
    if status == .success { tool.exit(withError: error) }
    let text = PrintableText.escape(tool.fullMessage(for: error), keeping: ["\n", "\t"])
    _ = try? FileDescriptor.standardError.writeAll((text + "\n").utf8)
    Glibc.exit(status.rawValue)
  }

  package static func report(_ error: ErrorDescription, _ tool: String) {
    var text = "\(tool): \(EventText.printable(error.message, keepingLines: true))\n"
    if let hint = error.hint {
      text += "\(tool): hint: \(EventText.printable(hint, keepingLines: true))\n"
    }
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }
}
