import PCSCore
import SystemPackage

/// What this machine's history says of a session that is rolled back.
enum RolledBackRecord {
  /// The records; history that cannot be read keeps nobody from going back.
  static func readable(_ reporter: Reporter) -> [SessionRecord] {
    do {
      return try SessionHistory().allRecords()
    } catch {
      reporter.log(.warning, "The history cannot be read and will not be marked: \(error)")
      return []
    }
  }

  /// Writes into the history that the session was rolled back: no later sync builds upon it.
  static func mark(_ session: String, _ reporter: Reporter) throws {
    for var record in readable(reporter) where record.session.id == session {
      record.isRolledBack = true
      record.updated = .now
      try SessionHistory().write(record)
    }
  }
}
