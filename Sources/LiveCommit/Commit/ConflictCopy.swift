import FileTrees
package import PCSCore
package import SystemPackage

/// What a version of a file is called that was kept beside the one that took its place.
package enum ConflictCopy {
  private static let infix = Array(".pcs-conflict-".utf8)
  /// What fits the name of every copy.
  package static let pattern = "*.pcs-conflict-*"
  /// The most bytes that a name may have.
  private static let limit = 255

  /// `NAME.pcs-conflict-HOST-20251115T120000Z`, where `HOST` is whose version it is.
  ///
  /// A name that would be too long loses the end of what it had before, whole characters of UTF-8.
  package static func name(for name: FilePath, host: String, at moment: Timestamp) -> FilePath {
    let host = host.utf8.map { $0 == UInt8(ascii: "/") || $0 == 0 ? UInt8(ascii: "_") : $0 }
    let suffix = infix + host.prefix(64) + Array("-\(moment.compact)".utf8)
    return FilePath(bytes: shortened(name.bytes, to: limit - suffix.count) + suffix)
  }

  /// Whether a name, or the last name of a path, is one of these.
  package static func isConflictCopy(_ path: FilePath) -> Bool {
    // The companions of a database that was kept beside have names of their own.
    let bytes = (SQLiteFiles.database(of: path) ?? path).bytes
    let stamp = bytes.suffix(17)
    guard stamp.count == 17, stamp.first == UInt8(ascii: "-"), isStamp(stamp.dropFirst()) else {
      return false
    }
    let name = bytes.suffix(from: bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)
    let front = name.dropLast(17)
    return front.indices.contains { start in
      start > front.startIndex && front[start...].starts(with: infix)
        && front[start...].count > infix.count
    }
  }

  /// Whether a path is one of these, or lies in a directory that is.
  package static func isKept(_ path: FilePath) -> Bool {
    path.selfAndAround.contains(where: isConflictCopy)
  }

  /// Whether it is of the form `20251115T120000Z`.
  private static func isStamp(_ bytes: ArraySlice<UInt8>) -> Bool {
    zip(bytes, "########T######Z".utf8).allSatisfy { byte, form in
      form == UInt8(ascii: "#") ? (0x30...0x39).contains(byte) : byte == form
    }
  }

  private static func shortened(_ name: [UInt8], to count: Int) -> [UInt8] {
    guard name.count > count else { return name }
    var kept = name.prefix(count)
    guard String(validating: FilePath(bytes: name)) != nil else { return Array(kept) }
    // A byte 10xxxxxx continues the character before it.
    while let next = name[kept.endIndex...].first, next & 0xC0 == 0x80, !kept.isEmpty {
      kept = name.prefix(kept.count - 1)
    }
    return Array(kept)
  }
}
