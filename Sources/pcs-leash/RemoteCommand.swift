import Glibc
import PCSCore
import SystemPackage

/// Runs what `pcs-remote` of the other machine asked for.
enum RemoteCommand {
  static func run(_ request: RemoteRequest, grace: Duration) throws -> Never {
    for (name, value) in request.environment { setenv(name, value, 1) }
    completePath()
    if let mark = request.mark { try FileDescriptor.standardOutput.writeAll(mark.utf8) }
    var arguments = request.arguments.map { Array($0) }
    if let program = Places.siblingProgram(named: arguments[0]) { arguments[0] = program.bytes }
    // The agent has a leash of its own, the channel.
    if request.session == nil, arguments.count > 1, arguments[1] == Array("serve".utf8),
      FilePath(bytes: arguments[0]) == Places.tool("pcs-leash")
    {
      try exec(arguments)
    }
    if request.asLoginUser { arguments = try LoginUser.current().command(arguments) }
    let tether = try request.session.map { try Tether.agent(of: $0) } ?? Tether.parent()
    var leashed = LeashedCommand(arguments, tether: tether)
    leashed.directory = request.directory.map { FilePath($0) }
    leashed.grace = grace
    leashed.watchesReader = true
    leashed.relaysInput = request.session != nil
    try leashed.run()
  }

  /// Adds the folders of system programs, which a login over ssh may lack.
  private static func completePath() {
    let usual = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    let present = (Places.environment("PATH") ?? "").split(separator: ":").map(String.init)
    let path = present + usual.filter { !present.contains($0) }
    setenv("PATH", path.joined(separator: ":"), 1)
  }
}
