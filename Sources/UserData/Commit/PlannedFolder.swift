import FoundationEssentials
import PCSCore
package import SystemPackage

/// What a commit is to do in one folder when nothing was staged: its plan, and the content of every
/// file that is new in it.
package struct PlannedFolder: Codable, Sendable, Equatable {
  private let inside: Data
  private let request: Data

  /// `inside` is the folder's path in the subvolume.
  package init(_ inside: FilePath, _ request: StageRequest) throws {
    self.inside = Data(inside.bytes)
    self.request = Data(try request.bytes)
  }

  var place: FilePath { FilePath(bytes: inside) }

  func read() throws -> StageRequest { try StageRequest(bytes: Array(request)) }
}
