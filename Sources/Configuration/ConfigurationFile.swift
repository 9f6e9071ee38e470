import Glibc
package import PCSCore
package import SystemPackage

/// The configuration file, read but not yet understood.
package struct ConfigurationFile: Sendable {
  package let path: FilePath
  package let bytes: [UInt8]

  package init(path: FilePath, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// Reads the file that was named, or else the one at the default place; nil when that is not
  /// there.
  ///
  /// Root takes it only when nobody but root and the user who called `sudo` can write it.
  package static func read(_ chosen: FilePath?) throws -> ConfigurationFile? {
    guard let path = chosen ?? Places.configuration else { return nil }
    do {
      let limit = YAMLReader.sizeLimit + 65536
      let bytes =
        isGivenOpen(path)
        ? try FileContent.read(path, limit: limit)
        : try FileContent.readRegular(path, limit: limit)
      if Places.isRoot { try checkTrust(path) }
      return ConfigurationFile(path: path, bytes: bytes)
    } catch let error as FileError where error.errno == .noSuchFileOrDirectory {
      if chosen == nil { return nil }
      throw ConfigurationError.missing(path)
    } catch let error as FileError where error.errno == .fileTooLarge {
      throw ConfigurationError.tooLarge(path)
    }
  }

  /// Whether `path` means a descriptor of ours, or nothing; anything else that is no regular file
  /// could block us.
  private static func isGivenOpen(_ path: FilePath) -> Bool {
    path == "/dev/stdin" || path.starts(with: "/dev/fd") || path == "/dev/null"
  }

  private static func checkTrust(_ path: FilePath) throws {
    // A descriptor that our caller opened is our caller's choice; it has no folders to look at.
    if isGivenOpen(path) { return }
    let caller = Places.environment("SUDO_UID").flatMap { uid_t($0) }
    try FileTrust.check(path, writableOnlyBy: caller.map { [0, $0] } ?? [0])
  }
}

/// A configuration that cannot be used.
package enum ConfigurationError: ToolError, Equatable {
  case missing(FilePath)
  case tooLarge(FilePath)
  case invalid(FilePath?, count: Int)
  case exists(FilePath)
  case unknownModule(String, suggestion: String)

  package var id: String {
    switch self {
    case .missing: "configuration.missing"
    case .tooLarge, .invalid: "configuration.invalid"
    case .exists: "configuration.exists"
    case .unknownModule: "module.missing"
    }
  }

  package var description: String {
    switch self {
    case .missing(let path): "\(path): no such configuration file"
    case .tooLarge(let path): "\(path): larger than 1 MiB"
    case .invalid(let path, let count):
      "\(path?.string ?? "defaults"): \(count == 1 ? "one error" : "\(count) errors")"
    case .exists(let path): "\(path): exists already"
    case .unknownModule(let name, let suggestion): "\(name): no such module\(suggestion)"
    }
  }

  package var hint: String? {
    switch self {
    case .missing: "pcs-config init writes one at the default place"
    case .exists: "--force replaces it"
    default: nil
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .exists: .refused
    case .unknownModule: .usage
    default: .configuration
    }
  }
}
