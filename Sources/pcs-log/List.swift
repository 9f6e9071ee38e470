import ArgumentParser
import LogFile
import PCSCore
import PCSTool
import SystemPackage

struct List: StreamCommand {
  static let configuration = CommandConfiguration.verb("list", "List the logs, oldest first.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: LogPlace

  func run(_ reporter: Reporter) async throws {
    guard let directory = try place.directory() else { return }
    for log in try directory.logs() {
      let path = directory.path.appending(log.name.text)
      reporter.emit(
        .logFile(path, log.name.sessionID, ["size": .integer(Int64(clamping: log.size))]),
        asText: "\(log.name.timestamp)  \(log.name.sessionID)  "
          + "\(Size.text(log.size).padded(to: 9))  \(EventText.printable(path.string))")
    }
  }
}
