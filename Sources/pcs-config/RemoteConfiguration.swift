import FoundationEssentials
import PCSCore
import SystemPackage

/// The configuration file of whoever logs in on the target.
struct RemoteConfiguration: Sendable {
  let path: WirePath
  /// nil when there is none.
  let bytes: [UInt8]?
  private let remote: RemoteTools

  /// Asks the target; what cannot be read there is an error, never taken for absent.
  init(of remote: RemoteTools) async throws {
    let events = try await remote.ask(["pcs-config", "content", "--format", "json"])
    guard case .other(let members)? = events.first, members["type"]?.string == "config_content",
      let text = members["path"]?.string,
      let path = WirePath(text: text, base64: members["path_b64"]?.string),
      let content = members["content_b64"]
    else { throw RemoteError(target: remote.target, what: "no word about its configuration") }
    self.remote = remote
    self.path = path
    guard content != .null else {
      bytes = nil
      return
    }
    guard let data = content.string.flatMap({ Data(base64Encoded: $0) }) else {
      throw RemoteError(target: remote.target, what: "its configuration arrived damaged")
    }
    bytes = Array(data)
  }

  /// As people write it, and `scp(1)`.
  var place: String { "\(remote.target):\(path.text)" }

  /// Writes `ours` beside the file and renames it into its place; makes the folders it needs, for
  /// the login user alone, as the XDG specification wants them.
  func replace(with ours: [UInt8]) async throws {
    guard path.base64 == nil else {
      throw RemoteError(target: remote.target, what: "\(path.text): the path is not UTF-8")
    }
    if bytes == nil {
      let folder = path.path.removingLastComponent().string
      try await remote.run(["sh", "-c", "umask 077; exec mkdir -p -- \"$1\"", "sh", folder])
    }
    try await remote.send(ours, to: path.text)
  }
}
