import FoundationEssentials
import Glibc
package import SystemPackage

extension Tool {
  /// Mount namespaces need root; the tests that use them say so.
  package static var canIsolate: Bool { geteuid() == 0 }

  /// What runs the command after it with a `/run` of its own, so that its lock is nobody else's.
  package static let isolating = [
    "unshare", "--mount", "sh", "-c", "mount -t tmpfs none /run && exec \"$@\"", "-",
  ]

  /// Runs `script` as `script(_:in:)` does, with a `/run` and a `/var/lib` of its own: what is
  /// locked and remembered there has nothing to do with this machine, nor with other tests.
  package static func isolatedScript(
    _ script: String, in directory: FilePath, environment: [String: String?] = [:],
    input: String = ""
  ) async throws -> Outcome {
    try Data(script.utf8).write(to: URL(filePath: directory.appending("script.sh").string))
    return try await Self.script(
      """
      exec unshare --mount sh -c '
        mount -t tmpfs none /run && mount -t tmpfs none /var/lib && exec sh -u script.sh'
      """, in: directory, environment: environment, input: input)
  }
}
