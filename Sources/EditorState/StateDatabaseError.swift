import PCSCore

/// Why a state database cannot be merged.
package enum StateDatabaseError: ToolError, Equatable {
  /// It is none that the program's own tables make, or one that is damaged.
  case unknown(String)
  /// SQLite refused, with its words.
  case failed(String)
  case tooLarge(UInt64)

  package var id: String { "user_data.state_database" }
  package var description: String {
    switch self {
    case .unknown(let what), .failed(let what): what
    case .tooLarge(let bytes):
      "it has \(Size.text(bytes)), and more than \(Size.text(StateDatabase.mostBytes)) is not read"
    }
  }
}
