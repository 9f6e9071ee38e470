package import ArgumentParser
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
  /// How the result of one that cannot begin is written; nil leaves it to standard error alone.
  var resultOptions: CommonOptions? { get }
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
  package var resultOptions: CommonOptions? { nil }
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
      ToolRun.leave(Self.self, error)
    }
    do {
      try OwnLimits.raise()
    } catch {
      ToolRun.refuse(command, error, tool: tool)
    }
    switch command {
    case let command as any StreamCommand: await ToolRun.stream(command, tool: tool)
    case let command as any PlainCommand: await ToolRun.plain(command, tool: tool)
    case is Self:
      // Without a verb there is nothing to do; asked for, the same goes to standard output.
      _ = try? FileDescriptor.standardError.writeAll((helpMessage() + "\n").utf8)
      Glibc.exit(ExitStatus.usage.rawValue)
    default:
      do {
        try command.run()
        Glibc.exit(0)
      } catch {
        ToolRun.leave(Self.self, error)
      }
    }
  }
}
