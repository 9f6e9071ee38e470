import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

@Suite struct ModuleCatalogTests {
  private func makeModule(_ path: FilePath, mode: mode_t = 0o755) throws {
    let descriptor = try FileDescriptor.open(
      path, .writeOnly, options: [.create], permissions: FilePermissions(rawValue: mode))
    try descriptor.closeAfter { _ = try descriptor.writeAll("#!/bin/sh\n".utf8) }
    #expect(path.withPlatformString { chmod($0, mode) } == 0)
  }

  private func makeFolder(_ path: FilePath) -> FilePath {
    #expect(path.withPlatformString { mkdir($0, 0o755) } == 0)
    return path
  }

  @Test func findsAModuleInAnyFolder() async throws {
    try await withScratchDirectory { scratch in
      let (first, second) = (
        makeFolder(scratch.appending("a")), makeFolder(scratch.appending("b"))
      )
      try makeModule(second.appending("pcs-module-one-two"))
      let catalog = ModuleCatalog(folders: [first, second, scratch.appending("none")])
      #expect(try catalog.find("one-two").lastComponent == "pcs-module-one-two")
      #expect(try catalog.all() == ["btrfs-snapshots", "disk-monitor", "one-two"])
    }
  }

  @Test(arguments: ["nope", "../a", "", "A", "-x", "a_b", "a/b"])
  func knowsWhatIsNotThere(_ name: String) async throws {
    try await withScratchDirectory { scratch in
      let catalog = ModuleCatalog(folders: [scratch])
      #expect(throws: ModuleCatalogError.self) { _ = try catalog.find(name) }
    }
  }

  @Test func passesOverWhatCannotBeRun() async throws {
    try await withScratchDirectory { scratch in
      try makeModule(scratch.appending("pcs-module-plain"), mode: 0o644)
      _ = makeFolder(scratch.appending("pcs-module-folder"))
      try makeModule(scratch.appending("pcs-module-UPPER"))
      #expect(try ModuleCatalog(folders: [scratch]).all() == ["btrfs-snapshots", "disk-monitor"])
    }
  }

  @Test func refusesANameFoundInTwoPlaces() async throws {
    try await withScratchDirectory { scratch in
      let folders = [makeFolder(scratch.appending("a")), makeFolder(scratch.appending("b"))]
      let paths = folders.map { $0.appending("pcs-module-x") }
      for path in paths { try makeModule(path) }
      #expect(throws: ModuleCatalogError.ambiguous("x", paths)) {
        _ = try ModuleCatalog(folders: folders).find("x")
      }
    }
  }

  @Test func takesLinksToOneFileForOne() async throws {
    try await withScratchDirectory { scratch in
      let folders = [makeFolder(scratch.appending("a")), makeFolder(scratch.appending("b"))]
      let file = folders[0].appending("pcs-module-x")
      try makeModule(file)
      #expect(symlink("../a/pcs-module-x", folders[1].appending("pcs-module-x").string) == 0)
      let found = try ModuleCatalog(folders: folders + folders).find("x")
      #expect(found.lastComponent == "pcs-module-x")
    }
  }

  @Test(
    .enabled(if: geteuid() == 0, "only root can give files away"),
    arguments: ["file", "folder", "group", "world", "link"])
  func doesNotRunAsRootWhatOthersCanWrite(_ what: String) async throws {
    try await withScratchDirectory { scratch in
      let folder = makeFolder(scratch.appending("modules"))
      let file = folder.appending("pcs-module-x")
      try makeModule(file)
      let catalog = ModuleCatalog(folders: [folder], restrictedToRoot: true)
      _ = try catalog.find("x")
      switch what {
      case "file": #expect(chown(file.string, 12345, 0) == 0)
      case "folder": #expect(chown(folder.string, 12345, 0) == 0)
      case "group": #expect(chmod(file.string, 0o775) == 0)
      case "world": #expect(chmod(folder.string, 0o777) == 0)
      default:
        #expect(rename(file.string, scratch.appending("x").string) == 0)
        #expect(chown(scratch.appending("x").string, 12345, 0) == 0)
        #expect(symlink("../x", file.string) == 0)
      }
      #expect(throws: FileTrustError.self) { _ = try catalog.find("x") }
      _ = try ModuleCatalog(folders: [folder], restrictedToRoot: false).find("x")
    }
  }

  @Test func writesNamesAsKeysAndBack() {
    #expect(ModuleCatalog.key(for: "dummy-success") == "dummy_success")
    #expect(ModuleCatalog.name(forKey: "dummy_success") == "dummy-success")
    #expect(ModuleCatalog.name(forKey: "dummy-success") == "dummy-success")
  }
}
