import ArgumentParser
import Glibc
import OpenSSH
import PCSCore
import PCSTool
import SystemPackage

struct Sync: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "sync", "Sync to a target; the verb may be left out.", usage: "pcs-sync [<options>] <target>")

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: SyncOptions
  @Argument(help: "The target: an ssh host or alias.") var target: String?

  func validate() throws {
    if target == nil, options.driver == nil {
      throw ArgumentParser.ValidationError("no target: pcs-sync TARGET")
    }
  }

  var resultOptions: CommonOptions? { common }

  func runPlain() async throws {
    if let driver = options.driver {
      await Driver.run(try SyncRequest(word: driver), front: .person)
    }
    guard let target else { return }
    var request = SyncRequest(
      target: try HostArgument(target).text, session: common.stampedSession,
      format: common.effectiveFormat, level: common.chosenLevel)
    options.apply(to: &request)
    request.mayAsk =
      request.format == .text && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    if Places.isRoot { await Driver.run(request, front: .terminal) }
    await Person.run(request)
  }
}
