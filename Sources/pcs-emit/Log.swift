import ArgumentParser
import PCSCore
import PCSTool

struct Log: PlainCommand {
  static let configuration = CommandConfiguration.verb("log", "Write a log line.")

  @OptionGroup var common: CommonOptions
  @Argument(help: "DEBUG, FULL, INFO, WARNING or ERROR.") var level: LogLevel
  @Argument(help: "What happened.") var message: String
  @Argument(help: "Facts beside the message.") var facts: [Fact] = []

  func validate() throws {
    if level == .critical {
      throw ArgumentParser.ValidationError("CRITICAL is for pcs-sync alone: use 'pcs-emit error'")
    }
    if message.isEmpty { throw ArgumentParser.ValidationError("the message is empty") }
  }

  func runPlain() async throws {
    let speaker = Speaker(common)
    try speaker.write(
      .log(
        LogEntry(
          level: level, module: speaker.module, hostname: Machine.hostname, message: message,
          context: Dictionary(facts.map { ($0.key, $0.value) }) { _, last in last },
          sessionID: speaker.sessionID)))
  }
}

/// `KEY=VALUE`; a value that is a JSON number or boolean keeps its type.
struct Fact: ExpressibleByArgument {
  let key: String
  let value: JSON

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      return nil
    }
    key = String(argument[..<equals])
    let text = String(argument[argument.index(after: equals)...])
    switch try? JSON(parsing: text.utf8) {
    case .integer(let number): value = .integer(number)
    case .number(let number): value = .number(number)
    case .bool(let flag): value = .bool(flag)
    default: value = .string(text)
    }
  }
}
