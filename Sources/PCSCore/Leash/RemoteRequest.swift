package import FoundationEssentials

/// What crosses ssh: a command as one word that no shell can misread.
package struct RemoteRequest: Codable, Sendable, Equatable {
  /// The program and its arguments, as exact bytes.
  package var arguments: [Data]
  package var environment: [String: String]
  package var directory: String?
  /// The session whose agent the command hangs on; without one it hangs on the connection.
  package var session: String?
  /// Whether the leash, which runs as root because the agent does, gives the command back to the
  /// user who logged in.
  package var asLoginUser: Bool
  /// What is written to standard output before the command begins, where the login shell writes
  /// something of its own; nil writes nothing.
  package var mark: String?

  package init(
    arguments: [[UInt8]], environment: [String: String] = [:], directory: String? = nil,
    session: String? = nil, asLoginUser: Bool = false, mark: String? = nil
  ) {
    self.arguments = arguments.map { Data($0) }
    self.environment = environment
    self.directory = directory
    self.session = session
    self.asLoginUser = asLoginUser
    self.mark = mark
  }

  /// In base64, whose letters mean nothing to any shell.
  package var word: String {
    get throws { try JSON.encoder.encode(self).base64EncodedString() }
  }

  package init(word: String) throws(LeashError) {
    guard let data = Data(base64Encoded: word),
      let request = try? JSONDecoder().decode(RemoteRequest.self, from: data),
      !request.arguments.isEmpty, request.arguments.allSatisfy({ !$0.contains(0) })
    else { throw .badRequest }
    self = request
  }
}
