import Glibc
import SystemPackage

/// This machine, as the two ends of a sync know each other.
package enum Machine {
  /// The real host name, from `gethostname(2)`.
  package static let hostname: String = {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()

  /// The id of `machine-id(5)`, which names a machine for good; names do not.
  package static func machineID() throws -> String {
    let text = String(decoding: try FileContent.read("/etc/machine-id", limit: 4096), as: UTF8.self)
    let id = text.prefix { $0 != "\n" }
    guard id.utf8.count == 32,
      id.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || ($0 >= 97 && $0 <= 102) })
    else {
      throw SyncError(
        "/etc/machine-id: not a machine id", id: "machine.id",
        hint: "systemd-machine-id-setup makes one", exitStatus: .inputOutput)
    }
    return String(id)
  }
}
