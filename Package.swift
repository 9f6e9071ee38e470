// swift-tools-version: 6.2
import PackageDescription

/// The version in the source; a build that is not of a tag adds its commit (`PCS_BUILD`, set by
/// the Makefile).
let version = "0.1.0" + (Context.environment["PCS_BUILD"] ?? "+dev")

let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

/// A library of one concept.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies + [system], swiftSettings: settings)
}

/// One executable per tool: a thin command over the libraries.
func tool(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .executableTarget(
    name: name,
    dependencies: ["PCSCore", "PCSTool", argumentParser, system] + dependencies,
    swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies + [system], swiftSettings: settings)
}

let package = Package(
  name: "pc-switcher",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess.git", exact: "1.0.2", traits: []),
  ],
  targets: [
    .systemLibrary(
      name: "CBtrfs", pkgConfig: "libbtrfsutil", providers: [.apt(["libbtrfsutil-dev"])]),
    // Swift's own modules have a CUUID.
    .systemLibrary(name: "CLibUUID", pkgConfig: "uuid", providers: [.apt(["uuid-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "CLinux"),
    .target(
      name: "CVersion", cSettings: [.define("PCS_VERSION", to: "\"\(version)\"")]),
    .target(name: "CXXHash"),
    library("Btrfs", ["CBtrfs", "CLinux", "FileTrees", "PCSCore"]),
    library("Configuration", ["CYAML", "PCSCore"]),
    library("Display", ["CLinux", "PCSCore", "PCSTool"]),
    // State databases of code editors: which rows are a machine's own, and how two are merged.
    library("EditorState", ["CSQLite", "FileTrees", "PCSCore"]),
    // Open directories, entries and their attributes, walks, copies; knows no btrfs.
    library("FileTrees", ["CLinux", "CXXHash", "PCSCore"]),
    // How a live subvolume becomes as it is to be: what is prepared, the journal, the commit, its
    // record, and what an interrupted sync has received.
    library("LiveCommit", ["Btrfs", "CLinux", "FileTrees", "PCSCore"]),
    library("LogFile", ["CLinux", "PCSCore"]),
    library("OpenSSH", ["PCSCore"]),
    library("PCSCore", ["CLinux", "CLibUUID", "CVersion", subprocess]),
    library("PCSTool", ["PCSCore", argumentParser]),
    // What takes part in a sync: rules, patterns, and which rule decides about a path.
    library("SyncFilter", ["CLinux", "FileTrees", "PCSCore"]),
    library(
      "UserData",
      [
        "Btrfs", "CLinux", "CZstd", "EditorState", "FileTrees", "LiveCommit", "PCSCore",
        "SyncFilter",
      ]),
    tool("pcs-config", ["Configuration"]),
    tool("pcs-diskmon", ["Btrfs", "FileTrees"]),
    tool("pcs-emit"),
    tool("pcs-history", ["Btrfs", "FileTrees", "LiveCommit", "SyncFilter", "UserData"]),
    tool("pcs-leash"),
    tool("pcs-lock"),
    tool("pcs-log", ["Display", "LogFile"]),
    tool("pcs-module-dummy-fail"),
    tool("pcs-module-dummy-success"),
    tool(
      "pcs-module-user-data", ["Btrfs", "FileTrees", "LiveCommit", "SyncFilter", "UserData"]),
    tool("pcs-remote", ["OpenSSH"]),
    tool("pcs-sync", ["OpenSSH"]),
    tool("pcs-snapshot", ["Btrfs", "FileTrees"]),
    tool("pcs-ui", ["Display"]),
    .target(
      name: "PCSTestSupport",
      dependencies: [
        "Btrfs", "CLinux", "FileTrees", "LiveCommit", "PCSCore", "UserData", system,
      ],
      path: "Tests/PCSTestSupport",
      swiftSettings: settings),
    tests("BtrfsTests", ["Btrfs", "CLinux", "FileTrees", "PCSCore", "PCSTestSupport"]),
    tests("ConfigurationTests", ["Configuration", "PCSCore"]),
    tests("DisplayTests", ["Display", "PCSCore"]),
    tests(
      "EditorStateTests", ["CSQLite", "EditorState", "FileTrees", "PCSCore", "PCSTestSupport"]),
    tests("FileTreesTests", ["FileTrees", "PCSCore", "PCSTestSupport"]),
    tests(
      "LiveCommitTests",
      ["Btrfs", "CLinux", "FileTrees", "LiveCommit", "PCSCore", "PCSTestSupport", "UserData"]),
    tests("LogFileTests", ["LogFile", "PCSCore"]),
    tests("OpenSSHTests", ["OpenSSH", "PCSCore"]),
    tests("PCSCoreTests", ["PCSCore", "PCSTestSupport"]),
    tests("SyncFilterTests", ["FileTrees", "PCSCore", "PCSTestSupport", "SyncFilter"]),
    tests("SyncTests", ["pcs-sync", "PCSCore"]),
    tests("SystemTests", ["PCSCore", "PCSTestSupport"]),
    tests("ToolTests", ["Btrfs", "FileTrees", "PCSCore", "PCSTestSupport"]),
    tests(
      "UserDataTests",
      [
        "Btrfs", "CLinux", "FileTrees", "LiveCommit", "PCSCore", "PCSTestSupport", "SyncFilter",
        "UserData",
      ]),
  ]
)
