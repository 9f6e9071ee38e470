import ArgumentParser
import OpenSSH
import PCSTool
import SystemPackage

/// Which open connection a verb uses; usually the environment or the only one there is.
struct WhichConnection: ParsableArguments {
  @Option(help: "The target, as it was given to connect.") var target: String?
  @Option(help: ArgumentHelp("The socket of the control master.", valueName: "path"))
  var controlPath: FilePath?

  func find() throws -> OpenConnection {
    try OpenConnection.find(target: target, socket: controlPath)
  }
}
