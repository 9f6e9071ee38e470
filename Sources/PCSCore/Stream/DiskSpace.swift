package import SystemPackage

/// The room on the file system that holds a path, in bytes; a `disk` line.
package struct DiskSpace: Codable, Sendable, Equatable {
  package var timestamp: Timestamp
  package var hostname: String
  package var path: String
  package var total: UInt64
  /// What may still be used; less than what is free.
  package var available: UInt64
  /// `available` / `total`.
  package var fraction: Double
  /// Bytes of the devices that belong to no chunk yet; nil where not btrfs.
  @Nullable package var unallocated: UInt64?
  /// Bytes left for metadata in the chunks it has; nil where not btrfs.
  @Nullable package var metadataAvailable: UInt64?

  private enum CodingKeys: String, CodingKey {
    case timestamp, hostname, path, total, available, fraction, unallocated
    case metadataAvailable = "metadata_available"
  }

  package init(
    timestamp: Timestamp = .now, hostname: String, path: FilePath, total: UInt64,
    available: UInt64, unallocated: UInt64? = nil, metadataAvailable: UInt64? = nil
  ) {
    self.timestamp = timestamp
    self.hostname = hostname
    self.path = path.string
    self.total = total
    self.available = available
    self.fraction = total == 0 ? 0 : Double(available) / Double(total)
    self.unallocated = unallocated
    self.metadataAvailable = metadataAvailable
  }
}
