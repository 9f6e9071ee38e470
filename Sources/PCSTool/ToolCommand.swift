package import ArgumentParser
import FoundationEssentials
import Glibc
package import PCSCore
import SystemPackage

/// A program of the suite: the root command of its command line.
///
/// Every tool's `main` is `await runTool()`.
package protocol ToolCommand: AsyncParsableCommand {}

/// A verb that writes a stream and ends it with a `result` line.
package protocol StreamCommand: AsyncParsableCommand, Sendable {
  var common: CommonOptions { get }
  /// The work; a thrown error becomes the `result`.
  func run(_ reporter: Reporter) async throws
}

/// A verb whose product is one document, or that leaves its streams to another program.
package protocol PlainCommand: AsyncParsableCommand {
  func runPlain() async throws
}

/// Ends a tool as though its work had been skipped, with the reason.
package struct Skipped: Error {
  package let reason: String
  package let state: JSON?

  package init(_ reason: String, state: JSON? = nil) {
    self.reason = reason
    self.state = state
  }
}

/// Ends a tool well, with more in its `result` line than the bare success.
package struct Finished: Error {
  package let status: ExitStatus
  package let state: JSON?

  package init(_ status: ExitStatus = .success, state: JSON? = nil) {
    self.status = status
    self.state = state
  }
}

extension StreamCommand {
  package func run() async throws {}
}

extension PlainCommand {
  package func run() async throws {}
}

extension ToolCommand {
  /// Parses the command line, runs the verb and leaves with its status.
  package static func runTool() async -> Never {
    OutputError.insteadOfSignal()
    let tool = Self._commandName
    var command: any ParsableCommand
    do {
      command = try parseAsRoot()
    } catch {
      exit(withError: error)
    }
    switch command {
    case let command as any StreamCommand: await ToolRun.stream(command, tool: tool)
    case let command as any PlainCommand: await ToolRun.plain(command, tool: tool)
    default:
      do {
        try command.run()
        Glibc.exit(0)
      } catch {
        exit(withError: error)
      }
    }
  }
}

/// One run of a tool, from the parsed command line to the exit status.
enum ToolRun {
  static func stream(_ command: any StreamCommand, tool: String) async -> Never {
    let reporter = command.common.reporter(tool: tool)
    let outcome = await withSignalsCancelling { try await command.run(reporter) }
    let result = ending(of: outcome, reporter)
    reporter.emit(.result(result))
    if reporter.format == .text, let error = result.error { report(error, tool) }
    if let error = reporter.outputError {
      if error.errno != .brokenPipe { report(ErrorDescription(error), tool) }
      Glibc.exit(error.exitStatus.rawValue)
    }
    if let signal = outcome.signal, result.status == .aborted { die(of: signal) }
    Glibc.exit(result.exitCode)
  }

  static func plain(_ command: any PlainCommand, tool: String) async -> Never {
    do {
      try await command.runPlain()
      Glibc.exit(0)
    } catch let error as any ToolError {
      report(ErrorDescription(error), tool)
      Glibc.exit(error.exitStatus.rawValue)
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

  private static func report(_ error: ErrorDescription, _ tool: String) {
    var text = "\(tool): \(EventText.printable(error.message, keepingLines: true))\n"
    if let hint = error.hint { text += "\(tool): hint: \(hint)\n" }
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }
}
