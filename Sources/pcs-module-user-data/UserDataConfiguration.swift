import PCSCore
import PCSTool
import SystemPackage
import UserData

/// The section of this module in a person's configuration.
enum UserDataConfiguration {
  /// As `pcs-config show` prints it; what that complains about is thrown.
  static func settings(_ file: FilePath?) async throws -> UserDataSettings {
    var words = ["show", "--module", UserDataModule.name, "--format", "json"].map { Array($0.utf8) }
    if let file { words += [Array("--config".utf8), file.bytes] }
    let (status, output, error) = try await ChildProcess(
      Places.tool("pcs-config"), bytes: words
    ).capture()
    guard status == .exited(0) else {
      let said = String(decoding: error, as: UTF8.self).split(separator: "\n")
        .joined(separator: "; ")
      throw SyncError(
        said.isEmpty ? "pcs-config: ended with status \(status.code)" : said,
        id: "user_data.configuration",
        exitStatus: ExitStatus(rawValue: status.code) ?? .configuration)
    }
    return try UserDataSettings(try JSON(parsing: output))
  }
}
