import FoundationEssentials
package import PCSCore

/// The line after the last one of the target's answer to a request.
package struct AnswerEnd: Codable, Sendable, Equatable {
  /// Why the request could not be met.
  package var error: ErrorDescription?
  /// What a tool with that error leaves with.
  package var exitCode: Int32

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

  /// No event and no line of an answer begins with it.
  private static let mark = UInt8(ascii: ".")

  /// As a line without LF.
  package var line: [UInt8] {
    get throws { [Self.mark] + (try JSON.encoder.encode(self)) }
  }

  /// Whether a line is one.
  package static func isMarked(_ line: [UInt8]) -> Bool { line.first == mark }

  /// nil for a line that is another one.
  package init?(line: [UInt8]) throws {
    guard Self.isMarked(line) else { return nil }
    self = try JSONDecoder().decode(AnswerEnd.self, from: Data(line.dropFirst()))
  }
}
