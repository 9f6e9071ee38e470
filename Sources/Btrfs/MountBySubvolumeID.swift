import SystemPackage

/// Mounts that name a subvolume by its number, which an exchange of names does not reach.
package enum MountBySubvolumeID {
  /// Whether a line of an `fstab(5)` mounts subvolume `id` of a file system so; a line that names
  /// another file system by its UUID does not.
  package static func isNamed(_ id: UInt64, of fileSystem: UUID, inTable table: [UInt8]) -> Bool {
    table.split(separator: UInt8(ascii: "\n")).contains { line in
      let fields = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        .map { String(decoding: $0, as: UTF8.self) }
      guard fields.count >= 4, !fields[0].hasPrefix("#"), fields[2] == "btrfs" else { return false }
      if fields[0].hasPrefix("UUID="),
        fields[0].dropFirst(5).lowercased().filter({ $0 != "\"" }) != fileSystem.description
      {
        return false
      }
      return isNamed(id, inOptions: fields[3])
    }
  }

  /// Whether the kernel's command line mounts its root so.
  package static func isNamed(_ id: UInt64, inCommandLine line: String) -> Bool {
    line.split { $0 == " " || $0 == "\n" }.contains { word in
      word.hasPrefix("rootflags=") && isNamed(id, inOptions: String(word.dropFirst(10)))
    }
  }

  private static func isNamed(_ id: UInt64, inOptions options: String) -> Bool {
    options.split(separator: ",").contains { option in
      guard option.hasPrefix("subvolid=") else { return false }
      let number = option.dropFirst(9)
      // The kernel takes octal and hexadecimal, too (kstrtou64).
      if number.hasPrefix("0x") || number.hasPrefix("0X") {
        return UInt64(number.dropFirst(2), radix: 16) == id
      }
      if number.hasPrefix("0"), number.count > 1 { return UInt64(number, radix: 8) == id }
      return UInt64(number) == id
    }
  }
}
