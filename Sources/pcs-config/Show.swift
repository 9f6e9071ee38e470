import ArgumentParser
import Configuration
import PCSCore
import PCSTool
import SystemPackage

struct Show: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "show", "Print the configuration with its defaults, as one JSON document.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var choice: FileChoice
  @Option(help: ArgumentHelp("Print the section of this module alone.", valueName: "name"))
  var module: String?
  @Flag(name: .customLong("default"), help: "Print the defaults of all that is installed.")
  var showsDefaults = false

  func validate() throws {
    if showsDefaults, choice.file != nil {
      throw ArgumentParser.ValidationError("--default and --config exclude each other")
    }
  }

  func runPlain() async throws {
    let catalog = ModuleCatalog()
    let name = try module.map { try ModuleName.find($0, in: catalog) }
    let file = showsDefaults ? nil : try ConfigurationFile.read(choice.file)
    let others = try name.map { [$0] } ?? (showsDefaults ? catalog.all() : [])
    let loaded = try await ConfigurationLoader.check(file, others: others, catalog: catalog)
    guard let document = loaded.document else { throw InvalidConfiguration(loaded) }
    var shown = name.map { section(of: $0, in: document) } ?? document
    // A program needs the values; people may have somebody beside them.
    if common.effectiveFormat == .text {
      shown = try await SecretKeys.installed(catalog).masking(shown)
    }
    try Document.print(shown, common)
  }

  private func section(of name: String, in document: JSONNode) -> JSONNode {
    let section =
      name == ModuleCatalog.diskMonitor
      ? document["disk"] : document["module_configs"]?[ModuleCatalog.key(for: name)]
    return section ?? JSONNode(.object([]))
  }
}

/// What is wrong, for a verb that cannot write it to the stream.
struct InvalidConfiguration: ToolError {
  let description: String

  init(_ loaded: ConfigurationLoader.Loaded) {
    let summary = ConfigurationError.invalid(loaded.path, count: loaded.problems.count)
    let lines = [summary.description] + loaded.problems.map { $0.text(in: loaded.path) }
    description = lines.joined(separator: "\n")
  }

  var id: String { "configuration.invalid" }
  var exitStatus: ExitStatus { .configuration }
}

/// Prints the document that is a verb's product.
enum Document {
  static func print(_ node: JSONNode, _ common: CommonOptions) throws {
    let text = common.effectiveFormat == .text ? node.prettyText : node.text
    try EventWriter().write(line: Array((text + "\n").utf8))
  }
}

/// The name of a module on the command line, with hyphens or underscores.
enum ModuleName {
  /// The module's own name; refused when there is no such module.
  static func find(_ text: String, in catalog: ModuleCatalog) throws -> String {
    if text == "disk" { return ModuleCatalog.diskMonitor }
    let name = ModuleCatalog.name(forKey: text)
    do {
      _ = try catalog.find(name)
      return name
    } catch ModuleCatalogError.notFound {
      throw ConfigurationError.unknownModule(
        text, suggestion: Suggestion.text(for: name, among: try catalog.all()))
    }
  }
}
