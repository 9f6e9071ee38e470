import FoundationEssentials
import OpenSSH
import PCSCore
import SystemPackage

/// Copies a bundle to the target and runs the installer that lies in it, all as root.
///
/// Nothing of ours need be there yet, so only a fixed command goes over. Whatever of it is killed,
/// on either machine, the version in use stays in use, and the next run removes what was left.
struct RemoteInstallation {
  let connection: OpenConnection
  let bundle: Bundle
  let become: TargetInstallation.Become
  /// Is told for whom we wait.
  let report: @Sendable (String) -> Void

  /// `sh -c SCRIPT sh PREFIX SIZE INSTALL…`, as root: takes SIZE bytes from its input and unpacks
  /// them in the prefix, since `/tmp` may be mounted so that nothing in it can be run.
  ///
  /// The folder is locked while it is in use. An input that is silent for 30 s is one whose network
  /// is gone: sshd would not notice. A dot for each step is a sign of life.
  private static let script = """
    umask 022
    mkdir -p "$1" || exit 74
    for left in "$1"/.pc-switcher.*; do
      if [ -d "$left" ] && [ ! -L "$left" ] && [ -O "$left" ]; then
        flock --nonblock "$left" rm -rf "$left"
      fi
    done 2>/dev/null
    folder=$(mktemp -d "$1/.pc-switcher.XXXXXX") || exit 74
    trap "rm -rf '$folder'" EXIT
    trap "exit 143" HUP INT TERM PIPE
    exec 9<"$folder"
    flock --nonblock 9 || exit 75
    : >"$folder/archive"
    there=0
    while [ "$there" -lt "$2" ]; do
      timeout 30 head -c 262144 >>"$folder/archive"
      before=$there
      there=$(stat -c %s "$folder/archive") || exit 74
      if [ "$there" = "$before" ]; then
        echo "the bundle did not arrive: $there of $2 bytes" >&2
        exit 69
      fi
      echo .
    done
    mkdir "$folder/bundle"
    tar --extract --file "$folder/archive" --directory "$folder/bundle" --strip-components=1 ||
      exit 74
    rm "$folder/archive"
    echo .
    shift 2
    sh "$folder/bundle/install" "$@" </dev/null
    """

  func run() async throws {
    let (content, size) = try await bundle.packed()
    let ssh = connection.master.ssh(try commandLine(size))
    let error = ByteCollector(limit: 1 << 20)
    // The installer waits for the disk: 60 s are for one that is slow.
    let vigil = Vigil(Patience(firstAnswer: .seconds(60), silence: .seconds(60)))
    let status = try await vigil.guarding(
      "the installation", of: connection.master.target.text, report: report
    ) {
      try await ssh.run(input: .pipe(content)) { stream, line in
        vigil.sign()
        if stream == .error { try error.append(line) }
      }
    }
    guard status == .exited(0) else { throw try await failure(status.code, error.bytes) }
  }

  /// No login shell, whichever it is, sees more of the script than letters and digits.
  private func commandLine(_ size: Int64) throws -> String {
    let prefix = Places.prefix.string
    let options = [prefix, "\(size)", "--tools-only", "--prefix", prefix]
    switch become {
    case .root, .sudo:
      let word = Data(Self.script.utf8).base64EncodedString()
      let unpack = ShellWord.quote("eval \"$(echo \(word) | base64 -d)\"")
      let words = (become == .sudo ? ["sudo", "-n"] : []) + ["sh", "-c", unpack, "sh"]
      return (["exec"] + words + options.map(ShellWord.quote)).joined(separator: " ")
    case .leash:
      let words = ["sh", "-c", Self.script, "sh"] + options
      return try RemoteCommandLine.text(
        for: RemoteRequest(arguments: words.map { Array($0.utf8) }), sudo: true)
    }
  }

  private func failure(_ code: Int32, _ error: [UInt8]) async throws -> any Error {
    let target = connection.master.target.text
    if code == 255, try await !connection.master.isAlive { return SSHError.lost(target) }
    let said = String(decoding: error, as: UTF8.self).split(separator: "\n").last.map(String.init)
    let words = said.map { $0.hasPrefix("install: ") ? String($0.dropFirst(9)) : $0 }
    return InstallError.failed(
      target, words ?? "failed (\(code))", ExitStatus(rawValue: code) ?? .failure)
  }
}
