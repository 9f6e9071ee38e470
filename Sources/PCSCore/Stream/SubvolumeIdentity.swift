/// A subvolume, whatever it is called and wherever it is mounted.
package struct SubvolumeIdentity: Codable, Hashable, Sendable {
  /// The file system's UUID, in lower case.
  package let fileSystem: String
  /// The subvolume's id there.
  package let id: UInt64

  private enum CodingKeys: String, CodingKey {
    case id
    case fileSystem = "file_system"
  }

  package init(fileSystem: String, id: UInt64) {
    self.fileSystem = fileSystem
    self.id = id
  }
}
