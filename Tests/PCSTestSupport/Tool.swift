package import PCSCore
package import SystemPackage

/// A program run the way a user runs it: one of this package by its name, or any by its path.
package struct Tool: Sendable {
  package struct Outcome: Sendable {
    package let status: Int32
    package let output: String
    package let errors: String

    /// The lines of the stream.
    package var events: [Event] {
      output.utf8.split(separator: UInt8(ascii: "\n")).compactMap { Event(line: $0) }
    }

    package var snapshots: [Snapshot] {
      events.compactMap { if case .snapshot(let snapshot) = $0 { snapshot } else { nil } }
    }

    package var logs: [LogEntry] {
      events.compactMap { if case .log(let entry) = $0 { entry } else { nil } }
    }

    package var disks: [DiskSpace] {
      events.compactMap { if case .disk(let disk) = $0 { disk } else { nil } }
    }

    package var findings: [String] {
      events.compactMap {
        if case .validationError(let error) = $0 { error.message } else { nil }
      }
    }

    /// The last line.
    package var result: ToolResult? {
      if case .result(let result) = events.last { result } else { nil }
    }
  }

  package let path: FilePath
  package var environment: [String: String?] = [:]

  package init(_ name: String) {
    path = Self.path(name)
  }

  package init(at path: FilePath) {
    self.path = path
  }

  package func callAsFunction(
    _ arguments: String..., input: String = "", directory: FilePath? = nil
  ) async throws -> Outcome {
    try await run(arguments, input: input, directory: directory)
  }

  package func run(
    _ arguments: [String], input: String = "", directory: FilePath? = nil
  ) async throws -> Outcome {
    // A login has 1,024 open files at least; a tool must do with far fewer than the test runner has.
    var child = ChildProcess("/usr/bin/prlimit", ["--nofile=256:", path.string] + arguments)
    child.environment = ["LC_ALL": "C", "TZ": "UTC", "PCS_SESSION_ID": nil, "PCS_FORMAT": nil]
    child.environment.merge(environment) { _, own in own }
    child.directory = directory
    let (status, output, error) = try await child.capture(input: .bytes(Array(input.utf8)))
    return Outcome(
      status: status.code, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: error, as: UTF8.self))
  }

  /// The test runner lies beside the programs it was built with.
  package static func path(_ name: String) -> FilePath {
    FilePath(CommandLine.arguments[0]).removingLastComponent().appending(name)
  }
}
