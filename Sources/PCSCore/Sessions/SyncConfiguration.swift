package import SystemPackage

/// The validated configuration of a sync, the seed's `Configuration`: what `pcs-config show` prints.
package struct SyncConfiguration: Sendable, Equatable {
  /// Whether a module takes part.
  package struct ModuleSwitch: Sendable, Equatable {
    /// The module's name, with hyphens.
    package var name: String
    package var isEnabled: Bool

    package init(name: String, isEnabled: Bool) {
      self.name = name
      self.isEnabled = isEnabled
    }
  }

  /// The least level that goes to the log file.
  package var logFileLevel: LogLevel
  /// The least level that goes to the terminal.
  package var logCliLevel: LogLevel
  /// In the order of the file, which is the order modules run in.
  package var syncModules: [ModuleSwitch]
  /// The section of each module that the file names, by the module's name with hyphens, defaults
  /// applied.
  package var moduleConfigs: [String: JSON]
  /// The section of the disk monitor, defaults applied.
  package var disk: JSON
  /// nil when there is no file and all is as by default.
  package var configPath: FilePath?
  /// What the enabled modules read and write; not part of what `show` prints.
  package var folders: [FilePath] = []

  /// The sync modules to run, in their order; the infrastructure's are not among them.
  package var enabledModules: [String] {
    syncModules.filter { $0.isEnabled && ModuleCatalog.infrastructure[$0.name] == nil }.map(\.name)
  }

  /// The sync modules that are turned off.
  package var disabledModules: [String] {
    syncModules.filter { !$0.isEnabled && ModuleCatalog.infrastructure[$0.name] == nil }.map(\.name)
  }

  /// What the module `name` is given as its `config`.
  package func section(of name: String) -> JSON {
    name == ModuleCatalog.diskMonitor ? disk : moduleConfigs[name] ?? [:]
  }
}

extension SyncConfiguration {
  /// Reads what `pcs-config show` printed.
  package init(parsing text: [UInt8]) throws {
    let document = try JSONReader.read(text)
    logFileLevel = try Self.level("log_file_level", in: document)
    logCliLevel = try Self.level("log_cli_level", in: document)
    syncModules = try Self.members("sync_modules", in: document).map { member in
      guard let isEnabled = member.value.bool else {
        throw SyncConfigurationError(member: "sync_modules.\(member.key)")
      }
      return ModuleSwitch(name: ModuleCatalog.name(forKey: member.key), isEnabled: isEnabled)
    }
    moduleConfigs = Dictionary(
      try Self.members("module_configs", in: document).map { member in
        (ModuleCatalog.name(forKey: member.key), member.value.json)
      }
    ) { first, _ in first }
    guard let disk = document["disk"], disk.members != nil else {
      throw SyncConfigurationError(member: "disk")
    }
    self.disk = disk.json
    configPath = document["config_path"]?.string.map { FilePath($0) }
  }

  private static func level(_ key: String, in document: JSONNode) throws -> LogLevel {
    guard let level = document[key]?.string.flatMap({ LogLevel(rawValue: $0) }) else {
      throw SyncConfigurationError(member: key)
    }
    return level
  }

  private static func members(_ key: String, in document: JSONNode) throws -> [JSONNode.Member] {
    guard let members = document[key]?.members else { throw SyncConfigurationError(member: key) }
    return members
  }
}

/// A document that is not what `pcs-config show` prints.
package struct SyncConfigurationError: ToolError, Equatable {
  package let member: String

  package init(member: String) {
    self.member = member
  }

  package var id: String { "configuration.malformed" }
  package var description: String { "pcs-config show: '\(member)' is missing or malformed" }
  package var exitStatus: ExitStatus { .protocolMismatch }
}
