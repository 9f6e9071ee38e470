import OpenSSH
import PCSCore
import SystemPackage

/// The command that lets the login user of a target sync to it, for a person to type here.
struct Grant {
  private let target: String
  private let user: String
  private let isInstalled: Bool

  init(target: String, _ facts: TargetFacts) {
    self.target = target
    user = facts.userName
    isInstalled = facts.version != nil && !facts.isDamaged
  }

  /// The command line; sudo asks for the password there.
  ///
  /// What is not installed there is brought along: its installer writes what sudo allows.
  var commandLine: String {
    let grant = "--tools-only --grant \(ShellWord.quote(user))"
    let host = ShellWord.quote(target)
    if isInstalled {
      let install = Places.prefix.appending("lib/pc-switcher/current/install")
      return "ssh -t \(host) sudo \(ShellWord.quote(install.string)) \(grant)"
    }
    let bundle = Places.prefix.appending("lib/pc-switcher/current")
    let prefix = "--prefix \(ShellWord.quote(Places.prefix.string))"
    let folder = ".cache/pc-switcher-bundle"
    return "tar -C \(ShellWord.quote(bundle.string)) -c . | ssh \(host)"
      + " 'mkdir -p \(folder) && tar -C \(folder) -x' && ssh -t \(host)"
      + " 'sudo sh \(folder)/install \(prefix) \(grant); rm -r \(folder)'"
  }
}
