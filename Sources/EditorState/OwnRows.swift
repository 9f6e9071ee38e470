/// Which rows of a state database belong to one machine.
///
/// Secrets are encrypted with a key of the machine's keyring; a session pointer names one of them.
/// The names are those of Visual Studio Code's sources.
enum OwnRows {
  private static let secret = Array("secret://".utf8)

  /// What Settings Sync and Cloud Changes are signed in with.
  private static let names = Set(
    [
      "userDataSyncAccountPreference", "editSessionAccountPreference", "sync.sessionId",
      "sync.user-session-id", "sync.machine-session-id",
    ].map { Array($0.utf8) })

  /// The accounts of which an extension is given a session.
  private static let providers = [
    "-github-", "-github-enterprise-", "-microsoft-", "-microsoft-sovereign-cloud-",
  ].map { Array($0.utf8) }

  /// Whether a key alone tells that its row is the machine's own.
  static func hasOwnName(_ key: [UInt8]) -> Bool {
    key.starts(with: secret) || names.contains(key)
  }

  /// Whether a key is of the form PUBLISHER.EXTENSION-PROVIDER-SCOPES, under which the session is
  /// kept that an extension was given.
  ///
  /// The state of an extension has its name for a key, which may be of that form as well.
  static func mayPointToSession(_ key: [UInt8]) -> Bool {
    guard let dot = key.firstIndex(of: UInt8(ascii: ".")) else { return false }
    let rest = key[dot...]
    return providers.contains { provider in
      rest.indices.contains { rest[$0...].starts(with: provider) }
    }
  }

  /// Whether such a key points to a session: the state of an extension is an object of JSON.
  static func isSession(_ value: [UInt8]) -> Bool { value.first != UInt8(ascii: "{") }
}
