package import PCSCore

/// The schema of the whole configuration file.
package enum ConfigurationSchema {
  /// The global settings, and a section for each of `modules`.
  package static func document(of modules: [DescribedModule]) -> JSONNode {
    let switches = modules.filter { ModuleCatalog.infrastructure[$0.name] == nil }.map { module in
      member(
        ModuleCatalog.key(for: module.name),
        .object([
          member("type", .string("boolean")), member("description", .string(module.summary)),
        ]))
    }
    let sections = modules.map { module in
      JSONNode.Member(module.key, identified(module.schemaDocument, as: module.name))
    }
    let properties =
      [
        level("log_file_level", "The least level that goes to the log file.", .full),
        level("log_cli_level", "The least level that goes to the terminal.", .info),
        member(
          "sync_modules",
          .object([
            member("type", .string("object")),
            member("description", .string("The modules that take part, in the order they run.")),
            member("properties", .object(switches)),
            member("additionalProperties", .bool(false)),
          ])),
      ] + sections
    return JSONNode(
      .object([
        member("$schema", .string("http://json-schema.org/draft-07/schema#")),
        member("title", .string("pc-switcher.yaml")),
        member("type", .string("object")),
        member("additionalProperties", .bool(false)),
        member("properties", .object(properties)),
      ]))
  }

  /// `schema` with an `$id`, so that its references stay its own inside another schema.
  private static func identified(_ schema: JSONNode, as name: String) -> JSONNode {
    guard let members = schema.members, schema["$id"] == nil, schema["$ref"] == nil else {
      return schema
    }
    return JSONNode(.object([member("$id", .string("urn:pc-switcher:\(name)"))] + members))
  }

  private static func level(
    _ key: String, _ description: String, _ level: LogLevel
  ) -> JSONNode.Member {
    let names = LogLevel.allCases.map { JSONNode(.string($0.rawValue)) }
    return member(
      key,
      .object([
        member("enum", .array(names)), member("default", .string(level.rawValue)),
        member("description", .string(description)),
      ]))
  }

  private static func member(_ key: String, _ value: JSONNode.Value) -> JSONNode.Member {
    JSONNode.Member(key, JSONNode(value))
  }
}
