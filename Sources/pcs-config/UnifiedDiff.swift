import Glibc
import PCSCore
import SystemPackage

/// What `diff -u` says about two texts.
struct UnifiedDiff {
  private let old: [UInt8]?
  private let oldLabel: String
  private let new: [UInt8]
  private let newLabel: String

  /// `old` is nil for a file that does not exist.
  init(from old: [UInt8]?, labelled oldLabel: String, to new: [UInt8], labelled newLabel: String) {
    self.old = old
    self.oldLabel = old == nil ? "/dev/null" : oldLabel
    self.new = new
    self.newLabel = newLabel
  }

  /// The difference, without the user names and passwords of URLs; empty when there is none.
  func text() async throws -> String {
    let held = try MemoryFile.holding(old ?? [])
    defer { try? held.close() }
    // No file on a disk holds what may be somebody's secret.
    var diff = ChildProcess(
      "diff",
      [
        "-a", "-u", "--label", oldLabel, "--label", newLabel, "--",
        "/proc/\(getpid())/fd/\(held.rawValue)", "-",
      ])
    diff.environment = ["LC_ALL": "C"]
    let (status, output, error) = try await diff.capture(
      input: .pipe(try MemoryFile.holding(new)))
    guard status == .exited(0) || status == .exited(1) else {
      throw ChildError(command: "diff", what: String(decoding: error, as: UTF8.self))
    }
    return String(decoding: Redaction.withoutUserinfo(output), as: UTF8.self)
  }
}
