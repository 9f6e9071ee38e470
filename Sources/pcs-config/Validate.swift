import ArgumentParser
import Configuration
import PCSCore
import PCSTool
import SystemPackage

struct Validate: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "validate", "Hold the JSON document on standard input against a JSON Schema (draft-07).")

  @OptionGroup var common: CommonOptions
  @Option(help: ArgumentHelp("The schema.", valueName: "file")) var schema: FilePath

  private static let sizeLimit = 64 << 20

  func run(_ reporter: Reporter) async throws {
    // First, so that who writes to us never meets a closed pipe.
    let input = try FileContent.read(.standardInput, "standard input", limit: Self.sizeLimit)
    let schema = try readSchema()
    let findings: [Finding]
    do {
      findings = try schema.findings(in: try JSONReader.read(input))
    } catch let error as JSONSyntaxError {
      findings = [Finding("not JSON: \(error.what)", at: JSONPointer(), error.position)]
    }
    for finding in findings {
      reporter.emit(
        .validationError(
          PCSCore.ValidationError(
            module: "core", message: finding.message, path: finding.pointer.text,
            line: finding.position?.line, column: finding.position?.column)))
    }
    guard findings.isEmpty else {
      throw ConfigurationError.invalid("standard input", count: findings.count)
    }
  }

  private func readSchema() throws -> Schema {
    let document: JSONNode
    do {
      document = try JSONReader.read(try FileContent.read(schema, limit: Self.sizeLimit))
    } catch let error as JSONSyntaxError {
      throw SchemaFileError(path: schema, what: "\(error)")
    }
    let problems = try Schema.problems(of: document)
    if !problems.isEmpty {
      let reasons = problems.map { problem in
        let place = problem.position.map { "\($0.line):\($0.column): " } ?? ""
        let pointer = problem.pointer.text
        return place + (pointer.isEmpty ? "" : pointer + ": ") + problem.message
      }
      throw SchemaFileError(
        path: schema, what: "not a schema: " + reasons.joined(separator: "; "))
    }
    do {
      return try Schema(document)
    } catch {
      throw SchemaFileError(path: schema, what: error.description)
    }
  }
}

/// A schema that is none.
struct SchemaFileError: ToolError {
  let path: FilePath
  let what: String

  var id: String { "schema.invalid" }
  var description: String { "\(path): \(what)" }
  var exitStatus: ExitStatus { .configuration }
}
