package import ArgumentParser
import PCSCore

extension CommandConfiguration {
  /// The root command of a tool.
  package static func tool(
    _ name: String, _ abstract: String, usage: String? = nil, discussion: String = "",
    subcommands: [any ParsableCommand.Type] = [],
    defaultSubcommand: (any ParsableCommand.Type)? = nil
  ) -> CommandConfiguration {
    CommandConfiguration(
      commandName: name, abstract: abstract, usage: usage, discussion: discussion,
      version: "\(name) \(Version.current)", subcommands: subcommands,
      defaultSubcommand: defaultSubcommand)
  }

  /// A verb of a tool.
  package static func verb(
    _ name: String, _ abstract: String, usage: String? = nil, discussion: String = ""
  ) -> CommandConfiguration {
    CommandConfiguration(
      commandName: name, abstract: abstract, usage: usage, discussion: discussion)
  }
}
