import PCSCore
package import SystemPackage

/// Why a stage cannot be made what it should be.
package enum StageError: ToolError, Equatable {
  case missing(FilePath)
  case different(FilePath, count: Int)

  package var id: String { "user_data.stage" }
  package var description: String {
    switch self {
    case .missing(let path): "\(path): did not come"
    case .different(let path, let count):
      "\(path): not as on the source after it was sent"
        + (count > 1 ? ", and \(count - 1) others" : "")
    }
  }
}
