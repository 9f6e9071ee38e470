import PCSCore

/// The file that `pcs-config init` writes: every setting with its default and a comment.
///
/// What has no default is there as a comment, so that the file is valid as it is.
package struct DefaultConfiguration {
  /// Turned on where it works without further settings.
  private static let enabledByDefault: Set<String> = ["user-data"]

  private let modules: [DescribedModule]
  private var lines: [String] = []

  package init(_ modules: [DescribedModule]) {
    self.modules = modules
  }

  package var text: String {
    var copy = self
    copy.write()
    return copy.lines.joined(separator: "\n") + "\n"
  }

  private mutating func write() {
    comment(
      "What pc-switcher does here. pc-switcher.yaml(5) explains it, `pcs-config check` checks it."
        + " Settings that are left out have the values shown, unless a comment says otherwise.",
      indent: 0)
    let levels = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
    add("", "# The least level that goes to the log file: \(levels).", "log_file_level: FULL")
    add("", "# The least level that goes to the terminal.", "log_cli_level: INFO")
    writeModules()
    let infrastructure = modules.filter { ModuleCatalog.infrastructure[$0.name] != nil }
    for module in infrastructure + switchable { writeSection(of: module) }
  }

  /// The modules that can be turned off, without those that only test.
  private var switchable: [DescribedModule] {
    modules.filter {
      ModuleCatalog.infrastructure[$0.name] == nil && !$0.name.hasPrefix("dummy-")
    }
  }

  private mutating func writeModules() {
    add(
      "", "# The modules that take part, in the order they run.",
      switchable.isEmpty ? "sync_modules: {}" : "sync_modules:")
    for module in switchable {
      comment(module.summary, indent: 2)
      add("  \(ModuleCatalog.key(for: module.name)): \(isEnabled(module))")
    }
  }

  private func isEnabled(_ module: DescribedModule) -> Bool {
    let empty = JSONNode(.object([]))
    guard module.isRequired || Self.enabledByDefault.contains(module.name),
      let complete = try? module.schema.applyingDefaults(to: empty),
      let findings = try? module.schema.findings(in: complete)
    else { return false }
    return findings.isEmpty
  }

  private mutating func writeSection(of module: DescribedModule) {
    add("")
    comment(module.summary, indent: 0)
    let properties = module.schemaDocument["properties"]?.members ?? []
    add(properties.isEmpty ? "\(module.key): {}" : "\(module.key):")
    for property in properties { write(property, indent: 2) }
  }

  /// One setting with its comment.
  private mutating func write(_ property: JSONNode.Member, indent: Int) {
    let schema = property.value
    comment(SettingText.comment(on: schema), indent: indent)
    let space = String(repeating: " ", count: indent)
    guard let value = schema["default"] else {
      add("\(space)# \(property.key): \(SettingText.example(for: schema))")
      return
    }
    add("\(space)\(property.key): \(value.flowText)")
  }

  private mutating func add(_ text: String...) {
    lines += text
  }

  /// `text` as comment lines of at most 80 characters.
  private mutating func comment(_ text: String, indent: Int) {
    let space = String(repeating: " ", count: indent) + "#"
    var line = space
    for word in text.split(whereSeparator: \.isWhitespace) {
      if line != space, line.count + word.count >= 80 {
        lines.append(line)
        line = space
      }
      line += " " + word
    }
    lines.append(line)
  }
}

/// What a schema says about a setting, in words.
enum SettingText {
  static func comment(on schema: JSONNode) -> String {
    let parts = [schema["description"]?.string ?? schema["title"]?.string, bounds(of: schema)]
    let text = parts.compactMap(\.self).joined(separator: " ")
    return text.isEmpty ? "Of type \(type(of: schema))." : text
  }

  /// What to write for a setting without a default.
  static func example(for schema: JSONNode) -> String {
    if let first = schema["examples"]?.elements?.first { return first.flowText }
    if let first = schema["enum"]?.elements?.first { return first.flowText }
    return "…"
  }

  private static func bounds(of schema: JSONNode) -> String? {
    if let values = schema["enum"]?.elements {
      return "One of " + values.map(\.flowText).joined(separator: ", ") + "."
    }
    let least = schema["minimum"]?.number.map { "at least \($0.text)" }
    let most = schema["maximum"]?.number.map { "at most \($0.text)" }
    let limits = [least, most].compactMap(\.self)
    return limits.isEmpty ? nil : "(" + limits.joined(separator: ", ") + ")"
  }

  private static func type(of schema: JSONNode) -> String {
    let type = schema["type"]
    return type?.string ?? type?.elements?.compactMap(\.string).joined(separator: " or ") ?? "any"
  }
}

extension JSONNode {
  /// This value on one line of YAML: JSON, with a space after each comma and colon.
  var flowText: String {
    switch value {
    case .array(let elements): "[" + elements.map(\.flowText).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.map { JSONNode(.string($0.key)).text + ": " + $0.value.flowText }
        .joined(separator: ", ") + "}"
    default: text
    }
  }
}
