import ArgumentParser
import Configuration
import PCSCore
import PCSTool

struct SchemaVerb: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "schema", "Print the JSON Schema of the configuration, or of one module's section.")

  @OptionGroup var common: CommonOptions
  @Argument(help: "The module.") var name: String?

  func runPlain() async throws {
    let catalog = ModuleCatalog()
    if let name {
      let module = try await DescribedModule.describe(
        try ModuleName.find(name, in: catalog), in: catalog)
      return try Document.print(module.schemaDocument, common)
    }
    let names = try catalog.all()
    let modules = await DescribedModule.describe(all: names, in: catalog)
    let described = try names.compactMap { try modules[$0]?.get() }
    try Document.print(ConfigurationSchema.document(of: described), common)
  }
}
