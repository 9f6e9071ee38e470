package import PCSCore

/// The one command line that crosses ssh.
package enum RemoteCommandLine {
  /// What the login shell at the other end is given: `pcs-leash --exec` and one word, under
  /// `sudo -n` when the login user is not root.
  package static func text(for request: RemoteRequest, sudo: Bool) throws -> String {
    let leash = ShellWord.quote(TargetFacts.leash) + " --exec " + (try request.word)
    return "exec " + (sudo ? "sudo -n " : "") + leash
  }
}
