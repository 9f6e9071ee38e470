package import SystemPackage

/// One difference between two snapshots; a `change` line.
package struct Change: Sendable, Equatable {
  package enum Operation: String, Codable, Sendable {
    case created, modified, metadata, renamed, linked, deleted
  }

  package var operation: Operation
  /// Relative to the subvolume's root, without a leading slash.
  package var path: FilePath
  /// The path before, of what was renamed or linked.
  package var from: FilePath?
  /// `file`, `directory`, `symlink`, `fifo`, `socket`, `device`, or nil when unknown.
  package var kind: String?
  package var inode: UInt64?
  /// Bytes after the change.
  package var size: UInt64?
  /// Changed ranges in bytes, ascending; `[offset, length]` in the line.
  package var extents: [Range<UInt64>]?
  /// Whether a dry run only says what it would do.
  package var isPlanned: Bool

  package init(
    _ operation: Operation, path: FilePath, from: FilePath? = nil, kind: String? = nil,
    inode: UInt64? = nil, size: UInt64? = nil, extents: [Range<UInt64>]? = nil,
    isPlanned: Bool = false
  ) {
    self.operation = operation
    self.path = path
    self.from = from
    self.kind = kind
    self.inode = inode
    self.size = size
    self.extents = extents
    self.isPlanned = isPlanned
  }
}

extension Change: Codable {
  private enum CodingKeys: String, CodingKey {
    case operation = "op"
    case path, from, kind, inode, size, extents
    case pathBytes = "path_b64"
    case fromBytes = "from_b64"
    case isPlanned = "planned"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    operation = try container.decode(Operation.self, forKey: .operation)
    path = try container.decodePath(.path, .pathBytes).path
    from =
      try container.decodeIfPresent(String.self, forKey: .from) == nil
      ? nil : container.decodePath(.from, .fromBytes).path
    kind = try container.decodeIfPresent(String.self, forKey: .kind)
    inode = try container.decodeIfPresent(UInt64.self, forKey: .inode)
    size = try container.decodeIfPresent(UInt64.self, forKey: .size)
    extents = try container.decodeIfPresent([[UInt64]].self, forKey: .extents).map { pairs in
      try pairs.map { pair in
        guard pair.count == 2, pair[1] <= .max - pair[0] else {
          throw DecodingError.dataCorruptedError(
            forKey: .extents, in: container, debugDescription: "not an offset and a length")
        }
        return pair[0]..<pair[0] + pair[1]
      }
    }
    isPlanned = try container.decodeIfPresent(Bool.self, forKey: .isPlanned) ?? false
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(operation, forKey: .operation)
    try container.encode(WirePath(path), .path, .pathBytes)
    if let from {
      try container.encode(WirePath(from), .from, .fromBytes)
    } else {
      try container.encodeNil(forKey: .from)
    }
    try container.encode(kind, forKey: .kind)
    try container.encode(inode, forKey: .inode)
    try container.encode(size, forKey: .size)
    let pairs = extents.map { $0.map { [$0.lowerBound, $0.upperBound - $0.lowerBound] } }
    try container.encode(pairs, forKey: .extents)
    try container.encode(isPlanned, forKey: .isPlanned)
  }
}
