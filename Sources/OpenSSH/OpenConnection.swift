import FoundationEssentials
import Glibc
package import PCSCore
package import SystemPackage

/// A control master on this machine together with what is known of its target, kept in a file
/// beside the socket.
package struct OpenConnection: Sendable {
  package let master: ControlMaster
  package var facts: TargetFacts

  private struct Record: Codable {
    var target: String
    var facts: TargetFacts
  }

  package init(master: ControlMaster, facts: TargetFacts) {
    self.master = master
    self.facts = facts
  }

  /// Reads what was written when the connection was opened.
  package init(socket: FilePath) throws {
    let path = Self.recordPath(socket)
    let bytes: [UInt8]
    do {
      bytes = try FileContent.read(path)
    } catch {
      throw NotConnected(name: socket.string)
    }
    let record = try JSONDecoder().decode(Record.self, from: Data(bytes))
    master = try ControlMaster(target: HostArgument(record.target), socket: socket)
    facts = record.facts
  }

  /// The connection that `target` or the environment names, or the only one there is.
  package static func find(target: String?, socket: FilePath?) throws -> OpenConnection {
    if let socket { return try OpenConnection(socket: socket) }
    if let target { return try OpenConnection(socket: socketPath(for: HostArgument(target))) }
    if let path = Places.environment("PCS_CONTROL_PATH") {
      return try OpenConnection(socket: FilePath(path))
    }
    if let target = Places.environment("PCS_TARGET") {
      return try OpenConnection(socket: socketPath(for: HostArgument(target)))
    }
    let sockets = try openSockets()
    guard sockets.count < 2 else { throw NotConnected.ambiguous }
    guard let only = sockets.first else { throw NotConnected(name: nil) }
    return try OpenConnection(socket: only)
  }

  package func save() throws {
    let record = try JSON.encoder.encode(Record(target: master.target.text, facts: facts))
    let path = Self.recordPath(master.socket)
    let descriptor = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate, .closeOnExec, .noFollow],
      permissions: .ownerReadWrite)
    _ = try descriptor.closeAfter { try descriptor.writeAll(record) }
  }

  package func forget() {
    _ = Self.recordPath(master.socket).withPlatformString { unlink($0) }
  }

  package func line(_ state: Connection.State) -> Event {
    .connection(
      Connection(
        target: master.target.text, hostname: facts.hostname, state: state,
        pcSwitcherVersion: facts.version, controlPath: master.socket, machineID: facts.machineID,
        configurationDigest: facts.configurationDigest, installation: facts.comparison,
        clockDifference: facts.clockDifference))
  }

  /// Where the socket for `target` lies; `session` makes it one of its own.
  package static func socketPath(
    for target: HostArgument, session: String? = nil
  ) throws -> FilePath {
    let name = Array((target.text + "\0" + (session ?? "")).utf8)
    // FNV-1a: short, and the same in every process, unlike Hasher.
    let hash = name.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return try directory().appending("ssh-" + String(hash, radix: 16))
  }

  private static func directory() throws -> FilePath {
    let path = Places.runtime
    try PrivateDirectory.make(path)
    return path
  }

  private static func recordPath(_ socket: FilePath) -> FilePath {
    FilePath(socket.string + ".json")
  }

  private static func openSockets() throws -> [FilePath] {
    try DirectoryListing.names(of: directory())
      .filter { $0.hasPrefix("ssh-") && $0.hasSuffix(".json") }
      .map { try directory().appending(String($0.dropLast(5))) }
  }
}

/// There is no connection to use.
package struct NotConnected: ToolError, Equatable {
  let name: String?
  var isAmbiguous = false

  static var ambiguous: NotConnected { NotConnected(name: nil, isAmbiguous: true) }

  package var id: String { "remote.not_connected" }
  package var description: String {
    if isAmbiguous { return "several connections are open: name one with --target" }
    return (name.map { "\($0): " } ?? "") + "not connected"
  }
  package var hint: String? { isAmbiguous ? nil : "connect first: pcs-remote connect TARGET" }
  package var exitStatus: ExitStatus { isAmbiguous ? .usage : .unavailable }
}
