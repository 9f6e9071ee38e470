package import PCSCore

/// The folders that a module reads and writes, by what it says about itself.
package enum ModuleFolders {
  /// The fixed ones, and the values of its section that the schema marks with `x-folders`.
  static func list(_ module: DescribedModule, _ section: JSONNode) -> [String] {
    module.folders + marked(by: module.schemaDocument, in: section)
  }

  /// The absolute paths among the values that `schema` marks.
  package static func marked(by schema: JSONNode, in value: JSONNode) -> [String] {
    if schema["x-folders"]?.bool == true {
      return (value.elements ?? [value]).compactMap(\.string).filter { $0.hasPrefix("/") }
    }
    let properties = schema["properties"]?.members ?? []
    let inProperties = properties.flatMap { property in
      value[property.key].map { marked(by: property.value, in: $0) } ?? []
    }
    let inItems = schema["items"].map { items in
      (value.elements ?? []).flatMap { marked(by: items, in: $0) }
    }
    let branches = ["allOf", "anyOf", "oneOf"].flatMap { schema[$0]?.elements ?? [] }
    return inProperties + (inItems ?? []) + branches.flatMap { marked(by: $0, in: value) }
  }
}

extension CheckedConfiguration {
  /// A folder, and the module that reads and writes it.
  package struct Folder: Sendable, Equatable {
    package let module: String
    package let path: String
  }

  /// The folders of the enabled modules, in the order of the file.
  package var folders: [Folder] {
    enabledModules.flatMap { module in
      let section = document["module_configs"]?[module.key] ?? JSONNode(.object([]))
      var seen: Set<String> = []
      return ModuleFolders.list(module, section).filter { seen.insert($0).inserted }
        .map { Folder(module: module.name, path: $0) }
    }
  }
}
