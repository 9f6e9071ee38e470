import ArgumentParser
import PCSCore
import PCSTool

struct Progress: PlainCommand {
  static let configuration = CommandConfiguration.verb("progress", "Write a progress line.")

  @OptionGroup var common: CommonOptions
  @Argument(help: "How much of the whole work is done, 0 to 1; - when unknown.")
  var fraction: Fraction
  @Argument(help: "What is under way.") var item: String
  @Option(help: "Seconds to the end.") var eta: Double?

  func runPlain() async throws {
    let speaker = Speaker(common)
    try speaker.write(
      .progress(
        ProgressUpdate(
          module: speaker.module, hostname: Machine.hostname, percentage: fraction.value,
          currentItem: item, eta: eta, sessionID: speaker.sessionID)))
  }
}

/// A number from 0 to 1, or `-`.
struct Fraction: ExpressibleByArgument {
  let value: Double?

  init?(argument: String) {
    if argument == "-" {
      value = nil
      return
    }
    guard let number = Double(argument), (0...1).contains(number) else { return nil }
    value = number
  }
}
