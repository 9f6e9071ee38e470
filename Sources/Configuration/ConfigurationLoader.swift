package import PCSCore
package import SystemPackage

/// The configuration of this machine, from its file to what a sync is told.
package enum ConfigurationLoader {
  /// Reads and checks `file`, or the defaults without one; asks the modules it names, and those of
  /// `others`.
  package static func check(
    _ file: ConfigurationFile?, others: [String] = [], catalog: ModuleCatalog = ModuleCatalog()
  ) async throws -> Loaded {
    let (node, findings) = file.map { YAMLReader.read($0.bytes) } ?? (JSONNode(.null), [])
    guard let node else { return Loaded(path: file?.path, findings: findings, checked: nil) }
    let outline = ConfigurationOutline(node)
    let named = outline.moduleNames
    let names = named + others.filter { !named.contains($0) }
    let modules = await DescribedModule.describe(all: names, in: catalog)
    let isOneMissing = modules.values.contains { result in
      if case .failure(ModuleCatalogError.notFound) = result { true } else { false }
    }
    let checked = CheckedConfiguration(
      outline, path: file?.path, names: names, modules: modules,
      installed: isOneMissing ? try catalog.all() : [])
    return Loaded(path: file?.path, findings: findings, checked: checked)
  }

  /// The modules besides `names` that are there more than once.
  package static func ambiguities(
    besides names: [String], catalog: ModuleCatalog = ModuleCatalog()
  ) throws -> [CheckedConfiguration.Problem] {
    try catalog.all().filter { !names.contains($0) }.compactMap { name in
      do {
        _ = try catalog.find(name)
        return nil
      } catch let error as ModuleCatalogError {
        guard case .ambiguous = error else { return nil }
        let finding = Finding(error.description, at: JSONPointer())
        return CheckedConfiguration.Problem(module: name, finding: finding)
      } catch {
        // A module that nothing names may be as it likes.
        return nil
      }
    }
  }

  /// What came of reading a configuration.
  package struct Loaded: Sendable {
    /// nil when there is no file.
    package let path: FilePath?
    /// nil when the file could not be read to its end.
    package let checked: CheckedConfiguration?
    package let problems: [CheckedConfiguration.Problem]

    init(path: FilePath?, findings: [Finding], checked: CheckedConfiguration?) {
      self.path = path
      self.checked = checked
      let ofText = findings.map { CheckedConfiguration.Problem(module: "core", finding: $0) }
      problems = (ofText + (checked?.problems ?? [])).sorted { $0.place < $1.place }
    }

    /// What `pcs-config show` prints; nil when something is wrong.
    package var document: JSONNode? { problems.isEmpty ? checked?.document : nil }
  }
}
