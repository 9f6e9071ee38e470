import FoundationEssentials
import PCSCore
import SystemPackage
import Testing

@testable import Configuration

/// Requirement C2: the official JSON-Schema-Test-Suite, from Debian's package `json-schema-test-suite`.
///
/// Left out: `refRemote` (references to other documents are not followed) and the optional format
/// `idn-hostname` (it is an annotation here). Everything else of draft-07 must pass.
@Suite struct JSONSchemaTestSuiteTests {
  static let folder: FilePath = "/usr/share/json-schema-test-suite/tests/draft7"
  static let leftOut: Set<String> = ["refRemote", "optional/format/idn-hostname"]

  static let files = [
    "additionalItems", "additionalProperties", "allOf", "anyOf", "boolean_schema", "const",
    "contains", "default", "definitions", "dependencies", "enum", "exclusiveMaximum",
    "exclusiveMinimum", "if-then-else", "items", "maxItems", "maxLength", "maxProperties",
    "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "not", "oneOf",
    "pattern", "patternProperties", "properties", "propertyNames", "ref", "required", "type",
    "uniqueItems", "optional/bignum", "optional/content", "optional/ecmascript-regex",
    "optional/zeroTerminatedFloats", "optional/format/date", "optional/format/date-time",
    "optional/format/email", "optional/format/hostname", "optional/format/idn-email",
    "optional/format/ipv4", "optional/format/ipv6", "optional/format/iri",
    "optional/format/iri-reference", "optional/format/json-pointer", "optional/format/regex",
    "optional/format/relative-json-pointer", "optional/format/time", "optional/format/uri",
    "optional/format/uri-reference", "optional/format/uri-template",
  ]

  @Test(arguments: files) func passes(_ file: String) throws {
    let path = Self.folder.appending("\(file).json")
    let groups = try JSONReader.read(FileContent.read(path)).elements ?? []
    #expect(!groups.isEmpty)
    for group in groups {
      let schema = try Schema(try #require(group["schema"]))
      let problems = try Schema.problems(of: try #require(group["schema"]))
      #expect(problems.isEmpty, "\(group["description"]?.text ?? "")")
      for test in group["tests"]?.elements ?? [] {
        let findings = try schema.findings(in: try #require(test["data"]))
        let name = "\(group["description"]?.text ?? ""): \(test["description"]?.text ?? "")"
        #expect(findings.isEmpty == test["valid"]?.bool, "\(name): \(findings.map(\.message))")
      }
    }
  }

  @Test func leavesOutNothingElse() throws {
    let known = Set(Self.files).union(Self.leftOut)
    for folder in ["", "optional/", "optional/format/"] {
      let names = try directoryEntries(Self.folder.appending(folder))
        .filter { $0.hasSuffix(".json") }.map { folder + $0.dropLast(5) }
      #expect(names.filter { !known.contains($0) } == [])
    }
  }

  private func directoryEntries(_ path: FilePath) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path.string)
  }
}
