package import PCSCore

/// The parts of a configuration, before any module was asked about its own.
package struct ConfigurationOutline: Sendable {
  /// A module that `sync_modules` lists.
  package struct Listing: Sendable {
    let name: String
    let key: String
    let isEnabled: Bool
    /// Whether it says true or false.
    let isValid: Bool
    let position: TextPosition?
  }

  /// The section of a module.
  package struct Section: Sendable {
    let key: String
    let content: JSONNode
    let position: TextPosition?
  }

  private(set) var logFileLevel = LogLevel.full
  private(set) var logCliLevel = LogLevel.info
  /// In the order of the file.
  private(set) var listings: [Listing] = []
  /// By the module's name, in the order of the file.
  private(set) var sections: [(name: String, section: Section)] = []
  /// Where a module stands in both: a configuration may name thousands.
  private var listingIndex: [String: Int] = [:]
  private var sectionIndex: [String: Int] = [:]
  package private(set) var findings: [Finding] = []

  package static let globalKeys = ["log_file_level", "log_cli_level", "sync_modules", "disk"]

  /// What `document` says; null stands for a configuration without any setting.
  package init(_ document: JSONNode) {
    if case .null = document.value { return }
    guard let members = document.members else {
      findings.append(
        Finding(
          "expected settings, found \(document.text.prefix(60))", at: JSONPointer(),
          document.position))
      return
    }
    for member in members { add(member) }
  }

  func section(of name: String) -> Section? {
    sectionIndex[name].map { sections[$0].section }
  }

  func listing(of name: String) -> Listing? {
    listingIndex[name].map { listings[$0] }
  }

  /// The modules it names, and the infrastructure's.
  package var moduleNames: [String] {
    var names = [ModuleCatalog.snapshots, ModuleCatalog.diskMonitor]
    var known = Set(names)
    for name in listings.map(\.name) + sections.map(\.name) where known.insert(name).inserted {
      names.append(name)
    }
    return names
  }

  private mutating func add(_ member: JSONNode.Member) {
    switch member.key {
    case "log_file_level": logFileLevel = level(member) ?? logFileLevel
    case "log_cli_level": logCliLevel = level(member) ?? logCliLevel
    case "sync_modules": addListings(member)
    case "disk": addSection(member, of: ModuleCatalog.diskMonitor)
    default: addSection(member, of: ModuleCatalog.name(forKey: member.key))
    }
  }

  private mutating func level(_ member: JSONNode.Member) -> LogLevel? {
    if let text = member.value.string, let level = LogLevel(rawValue: text) { return level }
    let names = LogLevel.allCases.map(\.rawValue)
    let suggestion = member.value.string.map { Suggestion.text(for: $0, among: names) } ?? ""
    report(
      "\(member.value.text.prefix(60)) is not one of \(names.joined(separator: ", "))\(suggestion)",
      [member.key], member.value.position)
    return nil
  }

  private mutating func addListings(_ member: JSONNode.Member) {
    if case .null = member.value.value { return }
    guard let modules = member.value.members else {
      return report(
        "expected modules, each with true or false, found \(member.value.text.prefix(60))",
        [member.key], member.value.position)
    }
    for module in modules {
      let name = ModuleCatalog.name(forKey: module.key)
      if let first = listing(of: name) {
        report(
          "'\(first.key)' and '\(module.key)' are the same module", [member.key, module.key],
          module.position)
        continue
      }
      if module.value.bool == nil {
        report(
          "expected true or false, found \(module.value.text.prefix(60))"
            + Self.hint(on: module.value), [member.key, module.key], module.value.position)
      }
      listingIndex[name] = listings.count
      listings.append(
        Listing(
          name: name, key: module.key, isEnabled: module.value.bool ?? false,
          isValid: module.value.bool != nil, position: module.position))
    }
  }

  /// What YAML 1.1 took for a boolean and YAML 1.2 does not.
  private static func hint(on value: JSONNode) -> String {
    let words = ["yes", "no", "on", "off", "y", "n"]
    let isOldBoolean = value.string.map { words.contains($0.lowercased()) } ?? false
    return isOldBoolean ? ", which is text in YAML 1.2" : ""
  }

  private mutating func addSection(_ member: JSONNode.Member, of name: String) {
    if name == ModuleCatalog.diskMonitor, member.key != "disk" {
      return report(
        "unknown key '\(member.key)'; did you mean 'disk'?", [member.key], member.position)
    }
    if let first = section(of: name) {
      return report(
        "'\(first.key)' and '\(member.key)' are the same section", [member.key], member.position)
    }
    var content = member.value
    if case .null = content.value { content.value = .object([]) }
    sectionIndex[name] = sections.count
    sections.append(
      (name, Section(key: member.key, content: content, position: member.position)))
  }

  private mutating func report(_ message: String, _ keys: [String], _ position: TextPosition?) {
    findings.append(Finding(message, at: JSONPointer(keys), position))
  }
}
