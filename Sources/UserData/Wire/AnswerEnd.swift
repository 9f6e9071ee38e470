package import PCSCore

/// The line after the last one of the target's answer to a request.
package struct AnswerEnd: Sendable, Equatable {
  /// Why the request could not be met.
  package var error: ErrorDescription?
  /// What a tool with that error leaves with.
  package var exitCode: Int32

  private static let type: JSON = "user_data_end"

  package init(_ error: (any Error)? = nil) {
    switch error {
    case nil: (self.error, exitCode) = (nil, 0)
    case let error as any ToolError:
      (self.error, exitCode) = (ErrorDescription(error), error.exitStatus.rawValue)
    case let error?:
      self.error = ErrorDescription(kind: "software", message: "\(error)")
      exitCode = ExitStatus.software.rawValue
    }
  }

  package var event: Event {
    get throws {
      .other([
        "type": Self.type, "exit_code": .integer(Int64(exitCode)),
        "error": try error.map { try JSON(encoding: $0) } ?? .null,
      ])
    }
  }

  package init?(_ event: Event) throws {
    guard case .other(let members) = event, members["type"] == Self.type else { return nil }
    guard case .integer(let code)? = members["exit_code"], let code = Int32(exactly: code) else {
      throw WireError()
    }
    exitCode = code
    if let error = members["error"], error != .null {
      self.error = try error.decode(ErrorDescription.self)
    }
  }
}
