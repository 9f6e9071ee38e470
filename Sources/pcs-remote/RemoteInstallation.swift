import OpenSSH
import PCSCore
import SystemPackage

/// Copies a bundle to the target and runs the installer that lies in it.
///
/// Nothing of ours need be there yet, so only a fixed command goes over. Whatever of it is killed,
/// on either machine, the version in use stays in use, and the next run removes what was left.
struct RemoteInstallation {
  let connection: OpenConnection
  let bundle: Bundle
  let become: TargetInstallation.Become

  /// `sh -c SCRIPT sh FOLDER SIZE INSTALL…`: takes SIZE bytes from its input.
  ///
  /// The folder is locked while it is in use. An input that is silent for 30 s is one whose network
  /// is gone: sshd would not notice.
  private static let script = """
    umask 077
    for left in /tmp/pc-switcher.*; do
      if [ -d "$left" ] && [ ! -L "$left" ] && [ -O "$left" ]; then
        flock --nonblock "$left" rm -rf "$left"
      fi
    done 2>/dev/null
    folder=$1
    mkdir "$folder" || exit 74
    trap "rm -rf $folder" EXIT
    trap "exit 143" HUP INT TERM PIPE
    exec 9<"$folder"
    flock --nonblock 9 || exit 75
    umask 022
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
    done
    mkdir "$folder/bundle"
    tar --extract --file "$folder/archive" --directory "$folder/bundle" --strip-components=1 ||
      exit 74
    rm "$folder/archive"
    shift 2
    "$@" </dev/null
    """

  func run() async throws {
    let folder = "/tmp/pc-switcher.\(SessionID.make())"
    let (content, size) = try await bundle.packed()
    let words =
      ["sh", "-c", Self.script, "sh", folder, "\(size)"]
      + (try installer("\(folder)/bundle/install"))
    let commandLine = "exec " + words.map(ShellWord.quote).joined(separator: " ")
    let (status, _, error) = try await connection.master.ssh(commandLine)
      .capture(input: .pipe(content))
    guard status == .exited(0) else { throw try await failure(status.code, error) }
  }

  private func installer(_ path: String) throws -> [String] {
    let words = ["sh", path, "--tools-only", "--prefix", Places.prefix.string]
    switch become {
    case .root: return words
    case .sudo: return ["sudo", "-n"] + words
    case .leash:
      let request = RemoteRequest(arguments: words.map { Array($0.utf8) })
      return ["sudo", "-n", TargetFacts.leash, "--exec", try request.word]
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
