import Glibc
import SystemPackage

/// What `/proc` says of the processes of this machine.
enum ProcessTable {
  /// Every process that descends from `ancestor`, children before grandchildren.
  static func descendants(of ancestor: pid_t) -> [pid_t] {
    var children: [pid_t: [pid_t]] = [:]
    for pid in all {
      if let parent = parent(of: pid) { children[parent, default: []].append(pid) }
    }
    var found: [pid_t] = []
    var generation = children[ancestor] ?? []
    while !generation.isEmpty {
      found += generation
      generation = generation.flatMap { children[$0] ?? [] }
    }
    return found
  }

  /// Every process that was started with `variable` (`NAME=VALUE`) in its environment.
  static func processes(with variable: String) -> [pid_t] {
    let wanted = Array(variable.utf8)
    return all.filter { pid in
      guard let environment = content(pid, "environ") else { return false }
      return environment.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }
  }

  /// The name of the program that runs as `pid`, as in `/proc/PID/comm`.
  static func command(of pid: pid_t) -> String? {
    content(pid, "comm").map { String(decoding: $0.dropLast(), as: UTF8.self) }
  }

  /// nil when the process is gone, or is a zombie that only waits to be reaped.
  static func parent(of pid: pid_t) -> pid_t? {
    // The second field, the program's name, may hold spaces and parentheses of its own.
    guard let stat = content(pid, "stat"), let end = stat.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 1 else { return nil }
    return pid_t(String(decoding: fields[1], as: UTF8.self))
  }

  private static var all: [pid_t] {
    ((try? DirectoryListing.names(of: "/proc")) ?? []).compactMap { pid_t($0) }
  }

  private static func content(_ pid: pid_t, _ file: String) -> [UInt8]? {
    try? FileContent.read(FilePath("/proc/\(pid)/\(file)"), limit: 4 << 20)
  }
}
