import Glibc
import OpenSSH
import PCSCore
import SystemPackage

/// Copies our own installed tree to the target and runs the installer that lies in it.
///
/// Nothing of ours is there yet, so only fixed commands go over.
struct RemoteInstallation {
  let connection: OpenConnection
  let bundle: FilePath?

  func run() async throws {
    guard let bundle = bundle ?? Places.installation else {
      throw SyncError(
        "these tools run from a build folder: there is nothing to install from",
        id: "install.no_bundle", hint: "run 'make install' here first")
    }
    let folder = try await text(of: "mktemp -d /tmp/pc-switcher.XXXXXXXX", nil)
    do {
      try await upload(bundle, to: folder)
      _ = try await text(of: become + "sh \(folder)/install --prefix \(prefix)", nil)
    } catch {
      _ = try? await text(of: "rm -rf \(folder)", nil)
      throw error
    }
    _ = try await text(of: "rm -rf \(folder)", nil)
  }

  private func upload(_ bundle: FilePath, to folder: String) async throws {
    let archive = Places.runtime.appending("bundle-\(SessionID.make()).tar")
    defer { _ = archive.withPlatformString { unlink($0) } }
    let (status, _, error) = try await ChildProcess(
      "tar", ["-C", bundle.string, "--owner=0", "--group=0", "-cf", archive.string, "."]
    ).capture()
    guard status == .exited(0) else {
      throw SyncError("\(bundle): \(String(decoding: error, as: UTF8.self))", id: "install.pack")
    }
    let content = try FileDescriptor.open(archive, .readOnly, options: [.closeOnExec])
    _ = try await text(of: "tar -xf - -C \(folder)", content)
  }

  private var prefix: String { ShellWord.quote(Places.prefix.string) }

  private var become: String { connection.facts.userID == 0 ? "exec " : "exec sudo -n " }

  /// The first line that a fixed command prints.
  private func text(of commandLine: String, _ input: FileDescriptor?) async throws -> String {
    let (status, output, error) = try await connection.master.ssh(commandLine)
      .capture(input: input.map { .pipe($0) } ?? .bytes([]))
    guard status == .exited(0) else {
      let said = String(decoding: error, as: UTF8.self).split(separator: "\n").last
      throw SyncError(
        "\(connection.master.target.text): installation: \(said ?? "failed (\(status.code))")",
        id: "install.failed", exitStatus: ExitStatus(rawValue: status.code) ?? .failure)
    }
    return String(decoding: output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
