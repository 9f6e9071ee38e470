import ArgumentParser
import LogFile
import PCSCore
import PCSTool
import SystemPackage

/// Whose logs.
struct LogPlace: ParsableArguments {
  /// Root's driver logs in the home of whoever started it.
  @Option(help: .hidden) var home: FilePath?
  @Option(help: .hidden) var owner: LogDirectory.Owner?

  var existingHome: FilePath {
    get throws {
      guard let home = home ?? Places.home else {
        throw SyncError("no home directory: HOME is not set", id: "log.home", exitStatus: .usage)
      }
      return home
    }
  }

  /// The directory of logs; nil when there is none yet.
  func directory() throws -> LogDirectory? {
    do {
      return try LogDirectory(below: existingHome, isMade: false)
    } catch let error as FileError where error.errno == .noSuchFileOrDirectory {
      return nil
    }
  }
}

extension LogDirectory.Owner: ExpressibleByArgument {
  /// Reads `UID:GID`.
  public init?(argument: String) {
    let ids = argument.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
    guard ids.count == 2, let user = ids[0], let group = ids[1] else { return nil }
    self.init(user: user, group: group)
  }
}
