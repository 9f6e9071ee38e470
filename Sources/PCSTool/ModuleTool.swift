package import ArgumentParser
import Dispatch
import FoundationEssentials
package import PCSCore
import SystemPackage

/// The three calls of the module contract, for a `Module` written in Swift.
package enum ModuleVerbs<M: Module> {
  package static var all: [any ParsableCommand.Type] {
    [DescribeModule<M>.self, ValidateModule<M>.self, ExecuteModule<M>.self]
  }
}

package struct DescribeModule<M: Module>: PlainCommand {
  package static var configuration: CommandConfiguration {
    .verb("describe", "Print what this module is and how it is configured, as JSON.")
  }

  package init() {}

  package func runPlain() async throws {
    let line = try JSON.encoder.encode(ModuleDescription(of: M.self))
    try EventWriter().write(line: Array(line) + [UInt8(ascii: "\n")])
  }
}

package struct ValidateModule<M: Module>: StreamCommand {
  package static var configuration: CommandConfiguration {
    .verb("validate", "Find what would keep this module from working; change nothing.")
  }

  @OptionGroup package var common: CommonOptions

  package init() {}

  package func run(_ reporter: Reporter) async throws {
    let context = try ModuleInput.context(for: M.self, reporter)
    let problems = try await ModuleThread.run { try M(context).validate() }
    for problem in problems {
      context.reporter.emit(
        .validationError(
          ValidationError(module: M.name, message: problem, hostname: Machine.hostname)))
    }
    let count = problems.count + context.reported
    if count > 0 {
      throw SyncError(
        "\(M.name): \(count) problem(s) found", id: "module.invalid",
        exitStatus: context.validationStatus)
    }
  }
}

package struct ExecuteModule<M: Module>: StreamCommand {
  package static var configuration: CommandConfiguration {
    .verb("execute", "Do the work of this module.")
  }

  @OptionGroup package var common: CommonOptions

  package init() {}

  package func run(_ reporter: Reporter) async throws {
    let context = try ModuleInput.context(for: M.self, reporter)
    let module = M(context)
    try await withTaskCancellationHandler {
      try await ModuleThread.run { try module.execute() }
    } onCancel: {
      context.beginAbort()
      module.abort(timeout: .seconds(5))
    }
    try Task.checkCancellation()
    if let reason = context.skipped { throw Skipped(reason, state: context.state) }
    if context.isPartial { throw Finished(.partial, state: context.state) }
    if let state = context.state { throw Finished(state: state) }
  }
}

/// Reads the invocation.
enum ModuleInput {
  static func context<M: Module>(
    for module: M.Type, _ reporter: Reporter
  ) throws -> ModuleContext {
    let bytes = try FileContent.read(.standardInput, "standard input")
    let invocation: Invocation
    do {
      invocation = try JSONDecoder().decode(Invocation.self, from: Data(bytes))
    } catch {
      throw SyncError(
        "standard input: not an invocation: \(error)", id: "module.invocation",
        hint: "pcs-sync runs modules; see pcs-module(7)", exitStatus: .usage)
    }
    guard invocation.protocolVersion == Invocation.protocolVersion else {
      throw SyncError(
        "protocol \(invocation.protocolVersion): this module speaks \(Invocation.protocolVersion)",
        id: "module.protocol", exitStatus: .protocolMismatch)
    }
    reporter.speak(as: M.name, in: invocation.session.id)
    return ModuleContext(invocation: invocation, reporter: reporter)
  }
}

/// Runs synchronous work on a thread of its own, where it may block.
package enum ModuleThread {
  package static func run<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "module").async {
        continuation.resume(with: Result { try body() })
      }
    }
  }
}
