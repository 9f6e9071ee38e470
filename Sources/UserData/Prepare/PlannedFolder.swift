import FoundationEssentials
import PCSCore
package import SystemPackage

/// The plan for one folder of a subvolume.
package struct PlannedFolder: Codable, Sendable, Equatable {
  private let inside: Data
  private let request: Data

  /// `inside` is the folder's path in the subvolume.
  package init(_ inside: FilePath, _ request: PlanRequest) throws {
    self.init(inside, bytes: try request.bytes)
  }

  init(_ inside: FilePath, bytes: [UInt8]) {
    self.inside = Data(inside.bytes)
    request = Data(bytes)
  }

  package var place: FilePath { FilePath(bytes: inside) }
  var bytes: [UInt8] { Array(request) }

  package func read() throws -> PlanRequest { try PlanRequest(bytes: bytes) }
}
