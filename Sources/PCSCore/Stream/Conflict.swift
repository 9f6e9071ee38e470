package import SystemPackage

/// A path that changed on both machines; a `conflict` line.
package struct Conflict: Sendable, Equatable {
  package var path: FilePath
  package var subvolume: String
  package var sourceChange: String
  package var targetChange: String
  /// `source`, `target` or `stop`.
  package var resolution: String

  package init(
    path: FilePath, subvolume: String, sourceChange: String, targetChange: String,
    resolution: String
  ) {
    self.path = path
    self.subvolume = subvolume
    self.sourceChange = sourceChange
    self.targetChange = targetChange
    self.resolution = resolution
  }
}

extension Conflict: Codable {
  private enum CodingKeys: String, CodingKey {
    case path, subvolume, resolution
    case pathBytes = "path_b64"
    case sourceChange = "source_change"
    case targetChange = "target_change"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    path = try container.decodePath(.path, .pathBytes).path
    subvolume = try container.decode(String.self, forKey: .subvolume)
    sourceChange = try container.decode(String.self, forKey: .sourceChange)
    targetChange = try container.decode(String.self, forKey: .targetChange)
    resolution = try container.decode(String.self, forKey: .resolution)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(WirePath(path), .path, .pathBytes)
    try container.encode(subvolume, forKey: .subvolume)
    try container.encode(sourceChange, forKey: .sourceChange)
    try container.encode(targetChange, forKey: .targetChange)
    try container.encode(resolution, forKey: .resolution)
  }
}
