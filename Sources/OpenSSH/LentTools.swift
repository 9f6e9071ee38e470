import PCSCore
import SystemPackage

/// Our tools on a target that has none of its own: in a `tmpfs` over the prefix that only the mount
/// namespace of one process there knows, so that they are gone with the last process of it.
package struct LentTools: Codable, Sendable, Equatable {
  /// The process of the target that holds the namespace.
  package var holder: Int32
  package var become: TargetInstallation.Become

  package init(holder: Int32, become: TargetInstallation.Become) {
    self.holder = holder
    self.become = become
  }

  /// The command line that starts the holder, which prints its `holder PID` and ends when its input
  /// ends, or brings nothing for 30 s.
  package static func holderCommandLine(_ become: TargetInstallation.Become) throws -> String {
    try RemoteCommandLine.text(
      ["unshare", "--mount", "--", "sh", "-c", holderScript, "sh", Places.prefix.string], become)
  }

  /// What mounts are made is private to us: `unshare(1)` makes their propagation so.
  private static let holderScript = """
    mount -t tmpfs -o mode=0755 tmpfs "$1" &&
      mkdir -p "$1/lib/pc-switcher/lent" "$1/libexec" &&
      ln -s lent "$1/lib/pc-switcher/current" &&
      ln -s lib/pc-switcher/current/bin "$1/bin" &&
      ln -s ../lib/pc-switcher/current/libexec "$1/libexec/pc-switcher" || exit 74
    echo "holder $$"
    while [ -n "$(timeout 30 head -c 1)" ]; do :; done
    """

  /// The command line that runs `words` as root where our tools are.
  package func commandLine(_ words: [String]) throws -> String {
    try RemoteCommandLine.text(entering + words, become)
  }

  /// The command line that unpacks a bundle from standard input.
  package func unpackCommandLine() throws -> String {
    let folder = Places.prefix.appending("lib/pc-switcher/lent").string
    return try commandLine([
      "tar", "--extract", "--gzip", "--file=-", "--strip-components=1", "--directory=\(folder)",
    ])
  }

  private var entering: [String] { ["nsenter", "--mount=/proc/\(holder)/ns/mnt", "--"] }
}

extension TargetInstallation.Become: Codable {}
