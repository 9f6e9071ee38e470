import SystemPackage

/// What `ssh -G` prints of a host, as far as it is about host keys.
struct HostConfiguration: Sendable, Equatable {
  /// The name under which known hosts list the host.
  let name: String
  let knownHosts: [FilePath]
  /// Whether ssh takes a key that it does not know, without asking.
  let acceptsUnknown: Bool
  /// Whether ssh takes a key that differs from the known one.
  let acceptsChanged: Bool

  /// nil when the output lacks the host's name.
  init?(output: String) {
    var values: [String: String] = [:]
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      if words.count == 2 { values[words[0], default: words[1]] = words[1] }
    }
    guard let hostname = values["hostname"] else { return nil }
    let port = values["port"] ?? "22"
    name =
      (values["hostkeyalias"] ?? (port == "22" ? hostname : "[\(hostname)]:\(port)")).lowercased()
    knownHosts = ["userknownhostsfile", "globalknownhostsfile"]
      .flatMap { (values[$0] ?? "").split(separator: " ") }
      .filter { $0 != "none" }.map { FilePath(String($0)) }
    let strict = values["stricthostkeychecking"] ?? "ask"
    acceptsChanged = ["no", "off", "false"].contains(strict)
    acceptsUnknown = acceptsChanged || strict == "accept-new"
  }
}
