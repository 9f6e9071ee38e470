import Glibc
package import SystemPackage

/// The modules that are installed: executables `pcs-module-NAME` in a few folders, and the two
/// infrastructure modules beside our own executable.
package struct ModuleCatalog: Sendable {
  package static let snapshots = "btrfs-snapshots"
  package static let diskMonitor = "disk-monitor"

  /// The tools that are the infrastructure modules; the configuration cannot turn them off.
  package static let infrastructure = [snapshots: "pcs-snapshot", diskMonitor: "pcs-diskmon"]

  /// The folders in the order they are searched.
  package let folders: [FilePath]
  /// Whether only what nobody but root can write is accepted.
  package let isRestrictedToRoot: Bool

  package init(
    folders: [FilePath] = Self.standardFolders, restrictedToRoot: Bool = Places.isRoot
  ) {
    self.folders = folders
    isRestrictedToRoot = restrictedToRoot
  }

  /// `$PCS_MODULE_PATH`, `PREFIX/libexec/pc-switcher` of an installed tree, the folder of the tools,
  /// and `PATH`.
  package static var standardFolders: [FilePath] {
    searchPath("PCS_MODULE_PATH") + [Places.modules, Places.tools] + searchPath("PATH")
  }

  /// Those folders for somebody with another `$PCS_MODULE_PATH`, which sudo drops; nil is ours.
  package static func folders(modulePath: String?) -> [FilePath] {
    (modulePath?.split(separator: ":").map { FilePath(String($0)) } ?? []) + standardFolders
  }

  private static func searchPath(_ variable: String) -> [FilePath] {
    guard let value = getenv(variable) else { return [] }
    return (0..<strlen(value)).map { UInt8(bitPattern: value[$0]) }
      .split(separator: UInt8(ascii: ":")).map { FilePath(bytes: $0) }
  }

  /// The executable of the module `name` (hyphens), links resolved.
  package func find(_ name: String) throws -> FilePath {
    let found = try candidates(for: name)
    guard let first = found.first else {
      throw ModuleCatalogError.notFound(name, executable: Self.executableName(name))
    }
    guard found.allSatisfy({ $0.file == first.file }) else {
      var paths: [FilePath] = []
      for candidate in found where !paths.contains(candidate.path) { paths.append(candidate.path) }
      throw ModuleCatalogError.ambiguous(name, paths)
    }
    // By which way else it can be found does not matter: it is this file that is run.
    if isRestrictedToRoot { try FileTrust.check(first.path, writableOnlyBy: [0]) }
    return first.file
  }

  /// The names of all modules that a configuration can name, in alphabetical order.
  package func all() throws -> [String] {
    var names = Set(Self.infrastructure.keys)
    for folder in folders {
      for entry in try Self.entries(of: folder) {
        guard let name = Self.moduleName(ofExecutable: entry),
          Self.isExecutable(folder.appending(entry))
        else { continue }
        names.insert(name)
      }
    }
    return names.sorted()
  }

  /// The name of a module as the configuration writes it.
  package static func key(for name: String) -> String {
    String(name.map { $0 == "-" ? "_" : $0 })
  }

  /// The name of the module that a key of the configuration names.
  package static func name(forKey key: String) -> String {
    String(key.map { $0 == "_" ? "-" : $0 })
  }

  /// Lower case letters, digits and hyphens, beginning with a letter or digit.
  package static func isValidName(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("-") && name.utf8.count <= 64
      && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }

  package static func executableName(_ name: String) -> String {
    infrastructure[name] ?? "pcs-module-\(name)"
  }
}

extension ModuleCatalog {
  private struct Candidate {
    /// Where it was found.
    let path: FilePath
    /// What it is, links resolved.
    let file: FilePath
  }

  private func candidates(for name: String) throws -> [Candidate] {
    guard Self.isValidName(name) else { return [] }
    if let tool = Self.infrastructure[name] {
      return try candidate(Places.tool(tool)).map { [$0] } ?? []
    }
    let executable = Self.executableName(name)
    return try folders.compactMap { try candidate($0.appending(executable)) }
  }

  private func candidate(_ path: FilePath) throws -> Candidate? {
    guard Self.isExecutable(path) else { return nil }
    guard let resolved = path.withPlatformString({ realpath($0, nil) }) else {
      throw FileError(path, "cannot resolve", Errno(rawValue: errno))
    }
    defer { free(resolved) }
    return Candidate(path: path, file: FilePath(platformString: resolved))
  }

  private static func isExecutable(_ path: FilePath) -> Bool {
    var status = stat()
    return path.withPlatformString {
      stat($0, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access($0, X_OK) == 0
    }
  }

  private static func moduleName(ofExecutable entry: String) -> String? {
    let prefix = "pcs-module-"
    guard entry.hasPrefix(prefix) else { return nil }
    let name = String(entry.dropFirst(prefix.count))
    return isValidName(name) && infrastructure[name] == nil ? name : nil
  }

  /// The file names in `folder`; none when there is no such folder.
  private static func entries(of folder: FilePath) throws -> [String] {
    do throws(FileError) {
      return try DirectoryListing.names(of: folder)
    } catch {
      if [.noSuchFileOrDirectory, .notDirectory, .permissionDenied].contains(error.errno) {
        return []
      }
      throw error
    }
  }
}

/// A module that cannot be told, or is not there.
package enum ModuleCatalogError: ToolError, Equatable {
  case notFound(String, executable: String)
  case ambiguous(String, [FilePath])

  package var id: String {
    switch self {
    case .notFound: "module.missing"
    case .ambiguous: "module.ambiguous"
    }
  }

  package var description: String {
    switch self {
    case .notFound(let name, let executable):
      "\(name): no such module: no executable \(executable) in the module folders"
    case .ambiguous(let name, let paths):
      "\(name): found in more than one place: \(paths.map(\.string).joined(separator: ", "))"
    }
  }

  package var hint: String? {
    switch self {
    case .notFound: "PCS_MODULE_PATH can name the folder it is in; see pcs-module(7)"
    case .ambiguous: "remove all but one"
    }
  }

  package var exitStatus: ExitStatus { .configuration }
}
