import Subprocess
package import SystemPackage

/// Runs another program; the only file that imports Subprocess.
///
/// Arguments go as they are, never through a shell. The program gets a process group of its own
/// unless it is interactive; cancelling the task sends the group SIGTERM and, after `grace`,
/// SIGKILL.
package struct ChildProcess: Sendable {
  /// How a program ended.
  package enum Status: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)

    /// The status a shell would show.
    package var code: Int32 {
      switch self {
      case .exited(let code): code
      case .signalled(let number): 128 + number
      }
    }
  }

  package enum Input: Sendable {
    case bytes([UInt8])
    /// Our own standard input.
    case inherited
    /// The reading end of a pipe, closed here once the program has it.
    case pipe(FileDescriptor)

    var isEmpty: Bool { if case .bytes(let bytes) = self { bytes.isEmpty } else { false } }
  }

  package enum Stream: Sendable { case output, error }

  /// A path, or a name that is looked up in `PATH`.
  package var executable: FilePath
  /// Exact bytes, since a file name need not be UTF-8.
  package var arguments: [[UInt8]]
  /// What differs from our own environment; nil removes a variable.
  package var environment: [String: String?] = [:]
  package var directory: FilePath?
  package var grace: Duration = .seconds(5)
  /// Stays in our process group, so that it may ask on the terminal.
  package var isInteractive = false
  /// Whether a carriage return ends a line, too.
  package var splitsAtReturn = false
  /// Whether the log names it (`CommandLog`).
  package var isLogged = true
  /// Whether standard output is a stream, in which a line of more than 1 MiB is an error.
  package var writesStream = false

  package init(_ executable: FilePath, _ arguments: [String] = []) {
    self.init(executable, bytes: arguments.map { Array($0.utf8) })
  }

  package init(_ executable: FilePath, bytes arguments: [[UInt8]]) {
    self.executable = executable
    self.arguments = arguments
  }

  /// Runs the program to its end and hands on each line it writes, without its LF.
  ///
  /// `onLine` is called for lines of both streams, from two tasks; the program waits for it.
  package func run(
    input: Input = .bytes([]), onLine: @escaping @Sendable (Stream, [UInt8]) async throws -> Void
  ) async throws -> Status {
    switch input {
    case .bytes(let bytes) where bytes.isEmpty: try await run(.none, onLine)
    case .bytes(let bytes):
      try await run(
        .fileDescriptor(try MemoryFile.holding(bytes), closeAfterSpawningProcess: true), onLine)
    case .inherited: try await run(.currentStandardInput, onLine)
    case .pipe(let end):
      try await run(.fileDescriptor(end, closeAfterSpawningProcess: true), onLine)
    }
  }

  /// Runs the program to its end with our own standard output and error; `output`, when given, is
  /// its standard output instead, closed here once the program has it.
  package func relay(
    input: Input = .inherited, output: FileDescriptor? = nil
  ) async throws -> Status {
    let status =
      switch input {
      case .bytes(let bytes) where bytes.isEmpty: try await relay(.none, output)
      case .bytes(let bytes):
        try await relay(
          .fileDescriptor(try MemoryFile.holding(bytes), closeAfterSpawningProcess: true), output)
      case .inherited: try await relay(.currentStandardInput, output)
      case .pipe(let end):
        try await relay(.fileDescriptor(end, closeAfterSpawningProcess: true), output)
      }
    try Task.checkCancellation()
    return status
  }

  /// Runs the program to its end and returns what it wrote, up to `limit` bytes a stream.
  package func capture(
    input: Input = .bytes([]), limit: Int = 16 << 20
  ) async throws -> (status: Status, output: [UInt8], error: [UInt8]) {
    let output = ByteCollector(limit: limit)
    let error = ByteCollector(limit: limit)
    let status = try await run(input: input) { stream, line in
      try (stream == .output ? output : error).append(line)
    }
    return (status, output.bytes, error.bytes)
  }

  private func run(
    _ input: some InputProtocol,
    _ onLine: @escaping @Sendable (Stream, [UInt8]) async throws -> Void
  ) async throws -> Status {
    let begin = ContinuousClock.now
    var end: Status?
    defer { note(end, since: begin) }
    let stop = ChildStop(toGroup: !isInteractive, grace: grace)
    // Unstructured: after a cancellation what the program still writes is read to its end.
    let reading = Task { [self] in
      try await translatingErrors {
        try await Subprocess.run(
          configuration, input: input, output: .sequence, error: .sequence
        ) { execution in
          stop.arm(execution.processIdentifier.value)
          try await withThrowingTaskGroup { readers in
            let output = execution.standardOutput
            let error = execution.standardError
            readers.addTask {
              try await split(output, stop, mayBeLong: !writesStream) {
                try await onLine(.output, $0)
              }
            }
            readers.addTask {
              try await split(error, stop, mayBeLong: true) { try await onLine(.error, $0) }
            }
            try await readers.waitForAll()
          }
        }
      }.terminationStatus
    }
    let status = try await withTaskCancellationHandler {
      try await reading.value
    } onCancel: {
      stop.begin()
    }
    stop.disarm()
    end = Status(status)
    try Task.checkCancellation()
    return Status(status)
  }

  private func relay(
    _ input: some InputProtocol, _ output: FileDescriptor?
  ) async throws -> Status {
    let begin = ContinuousClock.now
    var end: Status?
    defer { note(end, since: begin) }
    let status = Status(
      try await translatingErrors {
        try await Subprocess.run(
          configuration, input: input,
          output: .fileDescriptor(
            output ?? .standardOutput, closeAfterSpawningProcess: output != nil),
          error: .currentStandardError)
      }.terminationStatus)
    end = status
    return status
  }

  private func note(_ end: Status?, since begin: ContinuousClock.Instant) {
    guard isLogged else { return }
    CommandLog.note(
      CommandRecord(
        command: [executable.string] + arguments.map { String(decoding: $0, as: UTF8.self) },
        hostname: Machine.hostname,
        target: environment["PCS_TARGET"] ?? Places.environment("PCS_TARGET"),
        status: end?.code, duration: ContinuousClock.now - begin))
  }

  /// Where a line is not taken the program is stopped: nobody would wait for it to end by itself.
  private func split(
    _ stream: SubprocessOutputSequence, _ stop: ChildStop, mayBeLong: Bool,
    _ onLine: ([UInt8]) async throws -> Void
  ) async throws {
    do {
      var splitter = LineSplitter(splitsAtReturn: splitsAtReturn)
      for try await chunk in stream {
        let lines = chunk.withUnsafeBytes { splitter.append($0) }
        if !mayBeLong, splitter.hasSplitLine { throw LongLineError(command: executable) }
        for line in lines { try await onLine(line) }
      }
      if let rest = splitter.finish() { try await onLine(rest) }
    } catch {
      stop.begin()
      throw error
    }
  }

  private var configuration: Configuration {
    var options = PlatformOptions()
    if !isInteractive { options.processGroupID = 0 }
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: !isInteractive, allowedDurationToNextStep: grace)
    ]
    return Configuration(
      executable: executable.components.count > 1 || executable.isAbsolute
        ? .path(executable) : .name(executable.string),
      arguments: Arguments(arguments.map { $0 + [0] }),
      environment: .inherit.updating(
        Dictionary(
          uniqueKeysWithValues: environment.compactMap { name, value in
            Environment.Key(rawValue: name).map { ($0, value) }
          })),
      workingDirectory: directory, platformOptions: options)
  }

  private func translatingErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as SubprocessError {
      throw ChildError(command: executable, what: "cannot run: \(error)")
    }
  }
}

extension ChildProcess.Status {
  fileprivate init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .exited(code)
    case .signaled(let number): self = .signalled(number)
    }
  }
}

/// A program that could not be run, or that failed.
package struct ChildError: ToolError, Equatable {
  package let command: FilePath
  package let what: String

  package init(command: FilePath, what: String) {
    self.command = command
    self.what = what
  }

  package var id: String { "child.failed" }
  package var description: String { "\(command): \(what)" }
}

/// A line of a program's stream has more than 1 MiB.
package struct LongLineError: ToolError, Equatable {
  package let command: FilePath

  package init(command: FilePath) {
    self.command = command
  }

  package var id: String { "stream.long_line" }
  package var description: String { "\(command): wrote a line of more than 1 MiB" }
}
