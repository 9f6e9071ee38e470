package import ArgumentParser
import PCSCore

extension CommandConfiguration {
  /// The root command of a tool.
  package static func tool(
    _ name: String, _ abstract: String, discussion: String = "",
    subcommands: [any ParsableCommand.Type] = []
  ) -> CommandConfiguration {
    CommandConfiguration(
      commandName: name, abstract: abstract, discussion: discussion,
      version: "\(name) \(Version.current)", subcommands: subcommands)
  }

  /// A verb of a tool.
  package static func verb(
    _ name: String, _ abstract: String, discussion: String = ""
  ) -> CommandConfiguration {
    CommandConfiguration(commandName: name, abstract: abstract, discussion: discussion)
  }
}
