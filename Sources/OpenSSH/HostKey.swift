/// A line of `known_hosts` (`sshd(8)`), without the names it is for.
struct HostKey: Sendable, Equatable {
  /// `@revoked` or `@cert-authority`; empty for a plain key.
  let marker: String
  let type: String
  let content: String

  /// The keys in a file of known hosts, or in what `ssh-keygen -F` prints of one.
  static func keys(in text: String) -> [HostKey] {
    text.split(separator: "\n").compactMap { line in
      var words = line.split(separator: " ").map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { return nil }
      let marker = first.hasPrefix("@") ? words.removeFirst() : ""
      guard words.count >= 3 else { return nil }
      return HostKey(marker: marker, type: words[1], content: words[2])
    }
  }

  /// The names under which a key of this type is asked for, `HostKeyAlgorithms`.
  var algorithms: [String] {
    type == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type]
  }
}

/// Why a login failed.
enum LoginFailure: Sendable, Equatable {
  case unreachable
  case unknownKey
  case changedKey
  /// The host is the known one and does not let us in.
  case denied

  /// Judges by the key that the host `offered`, and by those that are known of it.
  init(offered: HostKey?, known: [HostKey], _ configuration: HostConfiguration) {
    guard let offered else {
      self = .unreachable
      return
    }
    let same = known.filter { $0.type == offered.type && $0.content == offered.content }
    if same.contains(where: { $0.marker == "@revoked" }) {
      self = .changedKey
    } else if same.contains(where: { $0.marker.isEmpty }) {
      self = .denied
    } else if known.contains(where: { $0.marker.isEmpty }) {
      self = configuration.acceptsChanged ? .denied : .changedKey
    } else if known.contains(where: { $0.marker == "@cert-authority" }) {
      self = .denied  // A certificate may stand for the key; ssh has said what is wrong.
    } else {
      self = configuration.acceptsUnknown ? .denied : .unknownKey
    }
  }
}
