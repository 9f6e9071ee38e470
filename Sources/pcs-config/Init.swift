import ArgumentParser
import Configuration
import Glibc
import PCSCore
import PCSTool
import SystemPackage

struct Init: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "init", "Write a configuration file with a comment on every setting.")

  @OptionGroup var common: CommonOptions
  @Flag(help: "Replace the file that is there.") var force = false

  func run(_ reporter: Reporter) async throws {
    guard let path = Places.configuration else { throw HomeError() }
    if !force, Self.exists(path) { throw ConfigurationError.exists(path) }
    let modules = try await Self.describedModules(reporter)
    try Self.makeDirectories(path.removingLastComponent())
    try write(DefaultConfiguration(modules).text, to: path)
    reporter.log(.info, "Wrote \(path)", WirePath(path).context)
  }

  private func write(_ text: String, to path: FilePath) throws {
    do {
      try Durable.replace(
        path, with: Array(text.utf8), permissions: [.ownerReadWrite, .groupRead, .otherRead],
        overwriting: force)
    } catch {
      if error.errno == .fileExists { throw ConfigurationError.exists(path) }
      throw error
    }
  }

  /// What is installed; what cannot be described is left out.
  private static func describedModules(_ reporter: Reporter) async throws -> [DescribedModule] {
    let catalog = ModuleCatalog()
    let names = try catalog.all()
    let answers = await DescribedModule.describe(all: names, in: catalog)
    return names.compactMap { name in
      do {
        return try answers[name]?.get()
      } catch {
        reporter.log(.warning, "Left out \(name): \(error)")
        return nil
      }
    }
  }

  private static func exists(_ path: FilePath) -> Bool {
    var status = stat()
    return path.withPlatformString { lstat($0, &status) } == 0
  }

  /// Makes `path` and the directories above it, as the XDG specification wants them.
  private static func makeDirectories(_ path: FilePath) throws(FileError) {
    if path.isEmpty || exists(path) { return }
    try makeDirectories(path.removingLastComponent())
    guard path.withPlatformString({ mkdir($0, 0o700) }) != 0, errno != EEXIST else { return }
    throw FileError(path, "cannot make the directory", Errno(rawValue: errno))
  }
}
