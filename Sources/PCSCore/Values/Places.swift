import Glibc
package import SystemPackage

/// Where things lie on a machine.
package enum Places {
  package static let runtimeOfRoot: FilePath = "/run/pc-switcher"
  package static let history: FilePath = "/var/lib/pc-switcher/history"
  package static let commits: FilePath = "/var/lib/pc-switcher/commits"
  /// A directory for each session, with a record for each subvolume that it wrote to.
  package static let commitRecords: FilePath = "/var/lib/pc-switcher/user-data"

  package static func commitRecord(
    of session: String, _ subvolume: String, in directory: FilePath = commitRecords
  ) -> FilePath {
    directory.appending(session).appending("\(subvolume).record")
  }

  package static var isRoot: Bool { geteuid() == 0 }

  package static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// Where sockets and locks of whoever runs this lie; for root never `XDG_RUNTIME_DIR`.
  ///
  /// Without a login session (`pam_systemd(8)`) a person has no directory of their own there; then
  /// it is one in their home, where nobody else can make one of that name first.
  package static var runtime: FilePath {
    if isRoot { return runtimeOfRoot }
    if let given = environment("XDG_RUNTIME_DIR") {
      return FilePath(given).appending("pc-switcher")
    }
    let ofLogin = FilePath("/run/user/\(getuid())")
    if ofLogin.withPlatformString({ access($0, W_OK) }) == 0 {
      return ofLogin.appending("pc-switcher")
    }
    return (home ?? ofLogin).appending(".local/share/pc-switcher/run")
  }

  package static var lock: FilePath { runtime.appending("pc-switcher.lock") }

  /// The home of whoever runs this: `HOME`, or what the user database says.
  package static var home: FilePath? {
    if let home = environment("HOME") { return FilePath(home) }
    guard let entry = getpwuid(getuid()), let directory = entry.pointee.pw_dir else { return nil }
    return FilePath(platformString: directory)
  }

  package static var configuration: FilePath? {
    if let base = environment("XDG_CONFIG_HOME") {
      return FilePath(base).appending("pc-switcher/config.yaml")
    }
    return home?.appending(".config/pc-switcher/config.yaml")
  }

  package static var logs: FilePath? { home?.appending(".local/share/pc-switcher/logs") }

  /// This program's file, with links resolved.
  package static let executable: FilePath = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else { return FilePath("/usr/local/bin/pcs") }
    return FilePath(platformString: buffer)
  }()

  /// Where the tools lie: `PREFIX/lib/pc-switcher/VERSION-BUILD/bin`, or the folder of a build.
  package static var tools: FilePath { tools(of: executable) }

  /// The file of a tool of the suite.
  package static func tool(_ name: String) -> FilePath { tools.appending(name) }

  /// The tool that `name` means on the command line of another tool; nil when it is none of ours.
  package static func siblingProgram(named name: [UInt8]) -> FilePath? {
    guard name.starts(with: Array("pcs-".utf8)), !name.contains(UInt8(ascii: "/")) else {
      return nil
    }
    let path = tools.appending(FilePath(bytes: name).string)
    return path.withPlatformString { access($0, X_OK) } == 0 ? path : nil
  }

  /// The program that `name` stands for in `PATH`; nil when there is none.
  package static func programOnPath(_ name: String) -> FilePath? {
    (environment("PATH") ?? "").split(separator: ":")
      .map { FilePath(String($0)).appending(name) }
      .first { $0.withPlatformString { access($0, X_OK) } == 0 }
  }

  /// `PREFIX/lib/pc-switcher/VERSION-BUILD`; nil when running from a build folder.
  package static var installation: FilePath? { installation(of: executable) }

  /// The prefix the running tool is installed in; `/usr/local` for a build folder.
  package static var prefix: FilePath { installation.map(prefix(of:)) ?? "/usr/local" }

  /// Where the modules that come with the suite lie.
  package static var modules: FilePath {
    installation.map { prefix(of: $0).appending("libexec/pc-switcher") } ?? tools
  }

  /// The folder of the tools for a tool among them, or for a module in the `libexec` beside it.
  static func tools(of executable: FilePath) -> FilePath {
    let folder = executable.removingLastComponent()
    guard folder.lastComponent == "libexec" else { return folder }
    return folder.removingLastComponent().appending("bin")
  }

  static func installation(of executable: FilePath) -> FilePath? {
    let tools = tools(of: executable)
    let root = tools.removingLastComponent()
    let isInstalled =
      tools.lastComponent == "bin" && root.removingLastComponent().lastComponent == "pc-switcher"
    return isInstalled ? root : nil
  }

  static func prefix(of installation: FilePath) -> FilePath {
    installation.removingLastComponent().removingLastComponent().removingLastComponent()
  }
}
