import PCSCore
package import SystemPackage

/// Why a database of a program's state is left as it is.
package enum StateDatabaseError: ToolError, Equatable {
  case malformed(FilePath, String)
  case unknownTable(FilePath)
  case furtherNames(FilePath)
  case notPlain(FilePath)
  case openTransaction(FilePath)
  case tooManyRows(FilePath)

  package var id: String { "user_data.state_database" }
  package var description: String {
    switch self {
    case .malformed(let path, let why): "\(path): cannot be merged: \(why)"
    case .unknownTable(let path): "\(path): cannot be merged: its table is not one that is known"
    case .furtherNames(let path): "\(path): cannot be merged: the file has further names"
    case .notPlain(let path): "\(path): cannot be merged: it is no regular file"
    case .openTransaction(let path):
      "\(path): cannot be merged: a transaction was not complete when the snapshot was made"
    case .tooManyRows(let path): "\(path): cannot be merged: too many rows of secrets"
    }
  }
}
