package import PCSCore
package import SystemPackage

/// A module with what its `describe` says.
package struct DescribedModule: Sendable {
  package let name: String
  package let summary: String
  package let isRequired: Bool
  /// The folders that it reads and writes with any configuration.
  package let folders: [String]
  /// The schema of its section, members in the module's order.
  package let schemaDocument: JSONNode
  package let schema: Schema

  /// The key of its section in the configuration.
  package var key: String {
    name == ModuleCatalog.diskMonitor ? "disk" : ModuleCatalog.key(for: name)
  }

  /// Reads the line that `describe` printed.
  package init(name: String, line: [UInt8], from path: FilePath) throws {
    do {
      let line = try JSONReader.read(line)
      guard line["type"]?.string == "module", line["protocol"]?.number == JSONNumber(1) else {
        throw DescriptionError(path, "not a module of protocol 1")
      }
      guard line["name"]?.string == name else {
        throw DescriptionError(path, "calls itself \(line["name"]?.text ?? "nothing")")
      }
      guard let document = line["config_schema"], document.members != nil || document.bool != nil
      else { throw DescriptionError(path, "no config_schema") }
      self.name = name
      summary = line["summary"]?.string ?? ""
      isRequired = line["required"]?.bool ?? false
      folders = line["folders"]?.elements?.compactMap(\.string) ?? []
      schemaDocument = document.withoutPositions
      if let problem = try Schema.problems(of: document).first {
        throw DescriptionError(path, "config_schema\(problem.pointer.text): \(problem.message)")
      }
      schema = try Schema(document)
    } catch let error as DescriptionError {
      throw error
    } catch let error as any ToolError {
      throw DescriptionError(path, error.description)
    }
  }

  /// Runs `describe` of the module `name` and reads what it prints.
  package static func describe(_ name: String, in catalog: ModuleCatalog) async throws -> Self {
    let path = try catalog.find(name)
    let answer = try await withTimeout(.seconds(10), path) {
      try await ChildProcess(path, ["describe"]).capture(limit: 1 << 20)
    }
    guard answer.status == .exited(0) else {
      let reason = String(decoding: answer.error.prefix(400), as: UTF8.self)
      throw DescriptionError(path, "ended with \(answer.status.code): \(reason.firstLine)")
    }
    return try DescribedModule(name: name, line: answer.output, from: path)
  }

  /// Asks several modules at once.
  package static func describe(
    all names: some Sequence<String>, in catalog: ModuleCatalog
  ) async -> [String: Result<DescribedModule, any Error>] {
    await withTaskGroup(of: Answer.self) { group in
      for name in Set(names) {
        group.addTask {
          do {
            return Answer(name: name, outcome: .success(try await describe(name, in: catalog)))
          } catch {
            return Answer(name: name, outcome: .failure(error))
          }
        }
      }
      return await group.reduce(into: [:]) { $0[$1.name] = $1.outcome }
    }
  }

  /// Not a tuple: built for release by Swift 6.3.1, a task group that returns tuples crashes.
  private struct Answer: Sendable {
    let name: String
    let outcome: Result<DescribedModule, any Error>
  }

  private static func withTimeout<Value: Sendable>(
    _ timeout: Duration, _ path: FilePath, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: timeout)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let value = first else {
        throw DescriptionError(path, "no answer within \(Int(timeout.seconds)) s")
      }
      return value
    }
  }
}

extension String {
  fileprivate var firstLine: Substring { prefix { $0 != "\n" } }
}

/// A module that does not say what it is.
package struct DescriptionError: ToolError, Equatable {
  package let path: FilePath
  package let what: String

  init(_ path: FilePath, _ what: String) {
    self.path = path
    self.what = what
  }

  package var id: String { "module.description" }
  package var description: String { "\(path) describe: \(what)" }
  package var exitStatus: ExitStatus { .configuration }
}
