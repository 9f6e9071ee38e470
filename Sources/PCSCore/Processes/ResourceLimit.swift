import Glibc

/// A limit that the system sets to this process, `getrlimit(2)`, of something that a tool cannot do
/// without: below it the runtime traps, or waits for ever.
package struct ResourceLimit: Sendable, Equatable {
  package enum Resource: Sendable, CaseIterable {
    case openFiles, addressSpace, data, processes, fileSize
  }

  package enum Verdict: Sendable, Equatable {
    case enough
    /// The soft limit can be this.
    case raise(to: UInt64)
    case tooLow
  }

  package let resource: Resource
  package let soft: UInt64
  package let hard: UInt64

  package init(_ resource: Resource, soft: UInt64, hard: UInt64) {
    self.resource = resource
    self.soft = soft
    self.hard = hard
  }

  package var verdict: Verdict {
    if hard < resource.needed { return .tooLow }
    // A copy is as large as the file; beyond a hard limit `write(2)` fails with EFBIG.
    if resource == .fileSize { return soft < hard ? .raise(to: hard) : .enough }
    return soft < resource.needed ? .raise(to: resource.needed) : .enough
  }
}

extension ResourceLimit.Resource {
  /// What every tool can do its work with.
  package var needed: UInt64 {
    switch self {
    case .openFiles: 256
    // The stacks of up to 64 threads, and what the allocator reserves for them.
    case .addressSpace, .data: 1 << 30
    // Threads count, too; without one the runtime waits for ever.
    case .processes: 64
    case .fileSize: 1 << 30
    }
  }

  /// The option of the shell's `ulimit`, and how many make one of its units.
  fileprivate var shellOption: (letter: String, unit: UInt64) {
    switch self {
    case .openFiles: ("-n", 1)
    case .addressSpace: ("-v", 1024)
    case .data: ("-d", 1024)
    case .processes: ("-u", 1)
    case .fileSize: ("-f", 1024)
    }
  }

  fileprivate var name: String {
    switch self {
    case .openFiles: "open files"
    case .addressSpace: "address space"
    case .data: "data"
    case .processes: "processes"
    case .fileSize: "file size"
    }
  }

  fileprivate var number: __rlimit_resource_t {
    switch self {
    case .openFiles: __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    case .addressSpace: __rlimit_resource_t(RLIMIT_AS.rawValue)
    case .data: __rlimit_resource_t(RLIMIT_DATA.rawValue)
    case .processes: __rlimit_resource_t(__RLIMIT_NPROC.rawValue)
    case .fileSize: __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    }
  }
}

extension ResourceLimit {
  /// The limit of this process.
  package static func current(_ resource: Resource) -> ResourceLimit {
    var limit = rlimit()
    // Root may have any number of processes.
    if resource == .processes, geteuid() == 0 {
      return ResourceLimit(resource, soft: .max, hard: .max)
    }
    // It fails for a resource that the kernel does not know, which is then not limited.
    guard getrlimit(resource.number, &limit) == 0 else {
      return ResourceLimit(resource, soft: .max, hard: .max)
    }
    return ResourceLimit(resource, soft: UInt64(limit.rlim_cur), hard: UInt64(limit.rlim_max))
  }

  /// Sets it for this process; a process may always set a soft limit up to its hard one.
  package func apply() {
    var limit = rlimit(rlim_cur: rlim_t(soft), rlim_max: rlim_t(hard))
    _ = setrlimit(resource.number, &limit)
  }
}

/// A limit is too low for any tool.
package struct ResourceLimitError: ToolError, Equatable {
  package let limit: ResourceLimit

  package init(_ limit: ResourceLimit) {
    self.limit = limit
  }

  package var id: String { "limit.too_low" }
  package var description: String {
    let (_, unit) = limit.resource.shellOption
    let kind = unit == 1 ? "" : " KiB"
    return "\(limit.resource.name): the hard limit is \(limit.hard / unit)\(kind), and "
      + "\(limit.resource.needed / unit)\(kind) are needed"
  }
  package var hint: String? {
    let (letter, unit) = limit.resource.shellOption
    return "raise it where it is set ('ulimit -H \(letter) \(limit.resource.needed / unit)' as "
      + "root, limits.conf(5), LimitNOFILE= and its kind in systemd.exec(5))"
  }
}
