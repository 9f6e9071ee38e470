import PCSCore

/// The module and the session that the environment names.
enum Speaker {
  static var module: String { Places.environment("PCS_MODULE") ?? "core" }

  static var sessionID: String {
    if let id = Places.environment("PCS_SESSION_ID"), SessionID.isValid(id) { return id }
    return SessionID.make()
  }

  static func write(_ event: Event) throws {
    try EventWriter().write(event)
  }
}
