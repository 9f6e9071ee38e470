package import ArgumentParser
package import PCSCore

extension Module {
  /// The program `pcs-module-NAME`: all that the `main` of a module does.
  package static func runModule() async -> Never {
    await ModuleCommand<Self>.runTool()
  }
}

/// The command line of a module: the three calls of `pcs-module(7)`.
package struct ModuleCommand<M: Module>: ToolCommand {
  package static var configuration: CommandConfiguration {
    .tool("pcs-module-\(M.name)", M.summary, subcommands: ModuleVerbs<M>.all)
  }

  package init() {}
}
