package import PCSCore

/// The one command line that crosses ssh.
package enum RemoteCommandLine {
  /// What the login shell at the other end is given: `pcs-leash --exec` and one word, under
  /// `sudo -n` when the login user is not root.
  package static func text(for request: RemoteRequest, sudo: Bool) throws -> String {
    let leash = ShellWord.quote(TargetFacts.leash) + " --exec " + (try request.word)
    return "exec " + (sudo ? "sudo -n " : "") + leash
  }

  /// A fixed command of harmless words, made root in the way that works there.
  static func text(_ words: [String], _ become: TargetInstallation.Become) throws -> String {
    let plain = words.map(ShellWord.quote).joined(separator: " ")
    switch become {
    case .root: return "exec " + plain
    case .sudo: return "exec sudo -n " + plain
    case .leash:
      return try text(
        for: RemoteRequest(arguments: words.map { Array($0.utf8) }), sudo: true)
    }
  }
}
