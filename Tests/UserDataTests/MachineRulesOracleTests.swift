import FileTrees
import Glibc
import PCSCore
import PCSTestSupport
import SyncFilter
import SystemPackage
import Testing

@testable import UserData

/// What belongs to one machine, judged by us and by the real rsync.
struct MachineRulesOracleTests {
  /// Files of a home; true for what is each machine's own.
  private static let files: [(path: FilePath, isOwn: Bool)] = [
    (".config/google-chrome/SingletonLock", true),
    (".config/google-chrome/SingletonSocket", true),
    (".config/google-chrome/SingletonCookie", true),
    (".config/Slack/SingletonLock", true),
    ("snap/chromium/common/chromium/SingletonLock", true),
    (".var/app/com.google.Chrome/config/google-chrome/SingletonCookie", true),
    (".config/google-chrome/Local State", false),
    (".config/google-chrome/Default/SingletonLock.txt", false),
    (".mozilla/firefox/ab12.default/lock", true),
    (".mozilla/firefox/ab12.default/.parentlock", true),
    (".mozilla/firefox/ab12.default/places.sqlite", false),
    (".mozilla/firefox/ab12.default/storage/lock", false),
    (".config/mozilla/firefox/ab12.default/lock", true),
    ("snap/firefox/common/.mozilla/firefox/ab12.default/lock", true),
    (".var/app/org.mozilla.firefox/config/mozilla/firefox/ab12.default/lock", true),
    (".thunderbird/cd34.default/lock", true),
    (".thunderbird/cd34.default/.parentlock", true),
    (".thunderbird/cd34.default/global-messages-db.sqlite", false),
    (".librewolf/ef56.default/lock", true),
    ("src/project/lock", false),
    (".mozilla/lock", false),
  ]

  @Test(arguments: ["/home", "/home/ada", "/home/ada/.mozilla/firefox/ab12.default"] as [FilePath])
  func judgesLocksOfProgramsAsRsyncDoes(folder: FilePath) async throws {
    try await withScratchDirectory { scratch in
      let places = Self.files.compactMap { file -> (path: FilePath, isOwn: Bool)? in
        let path = FilePath("/home/ada").pushing(file.path)
        return path.relative(to: folder).map { ($0, file.isOwn) }
      }
      try #require(!places.isEmpty)
      let root = scratch.appending("root")
      for place in places { try Self.make(root.pushing(place.path)) }
      var settings = try UserDataSettings([:])
      settings.exclude = places.map { "+ /\($0.path)" }
      let list = FilterList(folder: folder, exceptions: [], user: UserRules(settings))
      let filter = Filter(list) { _ in nil }
      let wanted = Set(places.filter { !$0.isOwn }.map(\.path))
      let ours = try places.filter { place in
        try filter.verdict(of: place.path, isDirectory: false).isIncluded
      }
      #expect(Set(ours.map(\.path)) == wanted)
      #expect(try await Self.transferred(root, list) == wanted)
    }
  }

  private static func make(_ path: FilePath) throws {
    var directory = FilePath("/")
    for component in path.removingLastComponent().components {
      directory.append(component)
      if directory.withPlatformString({ mkdir($0, 0o755) }) != 0, errno != EEXIST {
        throw FileError(directory, "cannot make", Errno(rawValue: errno))
      }
    }
    try FileDescriptor.open(
      path, .writeOnly, options: [.create], permissions: [.ownerReadWrite]
    ).close()
  }

  private static func transferred(
    _ root: FilePath, _ list: FilterList
  ) async throws -> Set<FilePath> {
    let options = ["--recursive", "--dry-run", "--out-format=%n", "--from0", "--filter=merge -"]
    var child = ChildProcess("rsync", options + ["\(root)/", "\(root)-not-there/"])
    child.environment = RsyncOracle.environment
    let rules = Array((list.first + list.last).map(\.text).joined(separator: [0]))
    let (status, output, error) = try await child.capture(input: .bytes(rules))
    #expect(status == .exited(0), "\(String(decoding: error, as: UTF8.self))")
    return Set(
      output.split(separator: UInt8(ascii: "\n")).map(Array.init)
        .filter { $0.last != UInt8(ascii: "/") && !$0.starts(with: "created ".utf8) }
        .map { FilePath(bytes: $0) })
  }
}
