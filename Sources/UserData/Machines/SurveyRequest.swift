import FoundationEssentials
import PCSCore
package import SystemPackage

/// What the source wants to know of the target before a sync begins.
package struct SurveyRequest: Codable, Sendable {
  private var folderBytes: [Data]
  /// The accounts that own something in the folders on the source.
  package var accounts: AccountRequest

  package var folders: [FilePath] { folderBytes.map { FilePath(bytes: $0) } }

  package init(_ folders: [FilePath], accounts: AccountRequest) {
    folderBytes = folders.map { Data($0.bytes) }
    self.accounts = accounts
  }
}
