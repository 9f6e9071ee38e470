/// A part of a sync, the seed's `Module`; `pcs-module(7)` describes the process around it.
///
/// Methods are synchronous, as the seed decided. A module that conforms needs one line of `main`.
package protocol Module: Sendable {
  static var name: String { get }
  /// One line for people.
  static var summary: String { get }
  /// Whether the configuration cannot turn it off.
  static var isRequired: Bool { get }
  static var needsRoot: Bool { get }

  /// The JSON Schema (draft-07) of the module's section of the configuration.
  static func getConfigSchema() -> JSON

  init(_ context: ModuleContext)

  /// What would keep `execute` from working; empty when nothing. Changes nothing anywhere.
  func validate() throws -> [String]

  /// Does the work; throws on a failure that ends the sync.
  func execute() throws

  /// Stops what runs and frees what is held, within `timeout`; undoes nothing and may be called
  /// again.
  func abort(timeout: Duration)
}

extension Module {
  package static var isRequired: Bool { false }
  package static var needsRoot: Bool { true }
  package static func getConfigSchema() -> JSON {
    ["type": "object", "additionalProperties": false, "properties": [:]]
  }
  package func validate() throws -> [String] { [] }
  package func abort(timeout: Duration) {}
}

/// What `describe` prints.
package struct ModuleDescription: Codable, Sendable, Equatable {
  package var type = "module"
  package var name: String
  package var summary: String
  package var isRequired: Bool
  package var protocolVersion: Int
  package var configSchema: JSON
  package var needsRoot: Bool

  private enum CodingKeys: String, CodingKey {
    case type, name, summary
    case isRequired = "required"
    case protocolVersion = "protocol"
    case configSchema = "config_schema"
    case needsRoot = "needs_root"
  }

  package init(of module: any Module.Type) {
    name = module.name
    summary = module.summary
    isRequired = module.isRequired
    protocolVersion = Invocation.protocolVersion
    configSchema = module.getConfigSchema()
    needsRoot = module.needsRoot
  }
}
