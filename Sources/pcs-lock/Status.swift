import ArgumentParser
import PCSCore
import PCSTool

struct Status: StreamCommand {
  static let configuration = CommandConfiguration.verb("status", "Say who holds the lock.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: LockPlace

  func run(_ reporter: Reporter) async throws {
    reporter.emit(.lock(try FileLock.status(place.path)))
  }
}
