import Glibc
import PCSCore
package import SystemPackage

/// A btrfs file system of its own on a loop device, laid out like a machine's: `@` mounted at
/// `root`, `@snapshots` at `root/.snapshots`, `@home` not mounted.
package struct ScratchBtrfs: Sendable {
  package let root: FilePath
  package let topLevel: FilePath

  package var snapshots: FilePath { root.appending(".snapshots") }

  /// Loop devices, mounts and btrfs need root; the tests that use them say so.
  package static var isPossible: Bool { geteuid() == 0 && access("/dev/loop-control", F_OK) == 0 }

  /// Runs `body` with a fresh file system of `size` and takes it away afterwards.
  package static func with<Value>(
    size: String = "512M", _ body: (ScratchBtrfs) async throws -> Value
  ) async throws -> Value {
    try await withScratchDirectory { directory in
      let scratch = ScratchBtrfs(
        root: directory.appending("root"), topLevel: directory.appending("top"))
      do {
        try await scratch.build(directory.appending("image"), size: size)
        let value = try await body(scratch)
        try await scratch.unmount()
        return value
      } catch {
        try? await scratch.unmount()
        throw error
      }
    }
  }

  private func build(_ image: FilePath, size: String) async throws {
    try await sh("truncate -s \(size) \(image) && mkfs.btrfs -q \(image) >/dev/null 2>&1")
    try await sh("mkdir \(root) \(topLevel) && mount -o loop,subvolid=5 \(image) \(topLevel)")
    try await sh(
      """
      cd \(topLevel) && for name in @ @home @snapshots; do
        btrfs -q subvolume create "$name"
      done
      chmod 700 @snapshots && mkdir @/.snapshots @/home
      device=$(findmnt -no SOURCE .) && mount -o subvol=@ "$device" \(root) &&
      mount -o subvol=@snapshots "$device" \(snapshots)
      """)
  }

  private func unmount() async throws {
    // Lazily: a tool of another test may have the mount open, and the mount goes when it closes it.
    for point in [root, topLevel] { try await sh("umount -Rl \(point)") }
  }

  /// Runs a script of `sh(1)` and returns what it wrote, without the last LF.
  @discardableResult
  package func sh(_ script: String, in directory: FilePath? = nil) async throws -> String {
    let outcome = try await Tool(at: "/bin/sh").run(["-euc", script], directory: directory)
    guard outcome.status == 0 else {
      throw ChildError(command: "sh", what: "\(script): \(outcome.errors)")
    }
    return String(outcome.output.dropLast(outcome.output.hasSuffix("\n") ? 1 : 0))
  }
}
