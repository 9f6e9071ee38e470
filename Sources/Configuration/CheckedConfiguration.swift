package import PCSCore
package import SystemPackage

/// A configuration held against what its modules say about themselves.
package struct CheckedConfiguration: Sendable {
  /// Something wrong, and the module it is about; `core` for what belongs to none.
  package struct Problem: Sendable, Equatable {
    package var module: String
    package var finding: Finding

    /// Line and column, for sorting; 0 for what stands nowhere.
    var place: (Int, Int) { (finding.position?.line ?? 0, finding.position?.column ?? 0) }
  }

  /// Something that works, though not as it is written.
  package struct Warning: Sendable, Equatable {
    package var message: String
    package var position: TextPosition?
  }

  /// What `pcs-config show` prints; of use only when there are no problems.
  package private(set) var document = JSONNode(.object([]))
  package private(set) var problems: [Problem] = []
  package private(set) var warnings: [Warning] = []
  /// The modules that were asked.
  package let names: [String]

  private let outline: ConfigurationOutline
  private let modules: [String: Result<DescribedModule, any Error>]
  private let installed: [String]

  /// Checks `outline` with what the modules `names` say about themselves; `installed` are the names
  /// of all modules, for suggestions.
  package init(
    _ outline: ConfigurationOutline, path: FilePath?, names: [String],
    modules: [String: Result<DescribedModule, any Error>], installed: [String]
  ) {
    self.outline = outline
    self.modules = modules
    self.installed = installed
    self.names = names
    problems = outline.findings.map { Problem(module: "core", finding: $0) }
    let listed = checkListings()
    let sections = names.compactMap { checkSection(of: $0) }
    let disk = sections.first { $0.key == "disk" }
    document = JSONNode(
      .object([
        Self.member("log_file_level", .string(outline.logFileLevel.rawValue)),
        Self.member("log_cli_level", .string(outline.logCliLevel.rawValue)),
        Self.member("sync_modules", .object(listed)),
        Self.member("module_configs", .object(sections.filter { $0.key != "disk" })),
        disk ?? Self.member("disk", .object([])),
        Self.member("config_path", path.map { .string($0.string) } ?? .null),
      ]))
  }

  private static func member(_ key: String, _ value: JSONNode.Value) -> JSONNode.Member {
    JSONNode.Member(key, JSONNode(value))
  }
}

extension CheckedConfiguration {
  /// The members of `sync_modules`; what is required counts as enabled.
  private mutating func checkListings() -> [JSONNode.Member] {
    outline.listings.map { listing in
      var isEnabled = listing.isEnabled
      switch modules[listing.name] {
      case .success(let module):
        if module.isRequired, !isEnabled, listing.isValid {
          isEnabled = true
          warnings.append(
            Warning(
              message: "Required module '\(listing.key)' cannot be disabled",
              position: listing.position))
        }
      case .failure(let error): report(error, of: listing)
      case nil: break
      }
      return Self.member(ModuleCatalog.key(for: listing.name), .bool(isEnabled))
    }
  }

  private mutating func report(_ error: any Error, of listing: ConfigurationOutline.Listing) {
    let pointer = JSONPointer(["sync_modules", listing.key])
    report(
      Self.message(
        error,
        missing: "unknown module '\(listing.key)': \(ModuleCatalog.executableName(listing.name))"
          + " is not installed" + Suggestion.text(for: listing.key, among: moduleKeys)),
      at: pointer, listing.position)
  }

  /// The section of the module `name` with its defaults; nil when it cannot be told.
  private mutating func checkSection(of name: String) -> JSONNode.Member? {
    let section = outline.section(of: name)
    let listing = outline.listing(of: name)
    switch modules[name] {
    case .success(let module):
      let isUsed = section != nil || listing?.isEnabled == true || module.isRequired
      let content = section?.content ?? JSONNode(.object([]), at: listing?.position)
      let complete = check(content, by: module, isUsed: isUsed)
      return JSONNode.Member(module.key, complete)
    case .failure(let error):
      if let section {
        let known = ConfigurationOutline.globalKeys + moduleKeys
        let missing =
          "unknown key '\(section.key)': no setting, and no module of that name is installed"
          + Suggestion.text(for: section.key, among: known)
        report(
          Self.message(error, missing: missing), at: JSONPointer([section.key]), section.position)
      } else if listing == nil {
        report("\(error)", at: JSONPointer(), nil)
      }
      return nil
    case nil: return nil
    }
  }

  private mutating func check(
    _ content: JSONNode, by module: DescribedModule, isUsed: Bool
  ) -> JSONNode {
    let base = outline.section(of: module.name)?.key ?? module.key
    do {
      var complete = try module.schema.applyingDefaults(to: content)
      var findings = isUsed ? try module.schema.findings(in: complete) : []
      if module.name == ModuleCatalog.diskMonitor {
        let (normalized, own) = DiskSection.normalized(complete)
        complete = normalized
        // The schema's words for an amount are those of a pattern.
        findings.removeAll { finding in own.contains { $0.pointer == finding.pointer } }
        findings += own
      }
      if module.name == ModuleCatalog.snapshots {
        let own = SubvolumesSetting.findings(in: complete)
        if !own.isEmpty { findings.removeAll { $0.pointer.tokens.first == SubvolumesSetting.key } }
        findings += own
      }
      problems += findings.map { finding in
        var finding = finding
        finding.pointer = JSONPointer([base] + finding.pointer.tokens)
        finding.position = finding.position ?? content.position
        return Problem(module: module.name, finding: finding)
      }
      return complete
    } catch {
      report(
        "the schema of \(module.name) cannot be used: \(error)", at: JSONPointer([base]),
        content.position)
      return content
    }
  }

  /// Those of `sync_modules` that take part.
  var enabledModules: [DescribedModule] {
    outline.listings.filter(\.isEnabled).compactMap { try? modules[$0.name]?.get() }
  }

  private var moduleKeys: [String] { installed.map { ModuleCatalog.key(for: $0) } }

  private mutating func report(
    _ message: String, at pointer: JSONPointer, _ position: TextPosition?
  ) {
    problems.append(Problem(module: "core", finding: Finding(message, at: pointer, position)))
  }

  private static func message(_ error: any Error, missing: String) -> String {
    if case ModuleCatalogError.notFound = error { return missing }
    return "\(error)"
  }
}
