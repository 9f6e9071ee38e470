import Glibc
import Synchronization

/// The limits under which this tool runs: what it needs, while a user's program that it becomes or
/// starts gets back the soft limits that were there before.
package enum OwnLimits {
  private static let raised = Mutex<[ResourceLimit]>([])

  /// Raises each soft limit that is too low; throws where the hard one is.
  ///
  /// What is larger than files may be is an error of the write, not the end of the process.
  package static func raise() throws(ResourceLimitError) {
    // A handler, unlike SIG_IGN, is not passed on to programs that a tool starts.
    signal(SIGXFSZ) { _ in }
    for resource in ResourceLimit.Resource.allCases {
      let limit = ResourceLimit.current(resource)
      switch limit.verdict {
      case .enough: continue
      case .tooLow: throw ResourceLimitError(limit)
      case .raise(let soft):
        ResourceLimit(resource, soft: soft, hard: limit.hard).apply()
        raised.withLock { $0.append(limit) }
      }
    }
  }

  /// Sets the soft limits that `raise()` found.
  package static func restore() {
    raised.withLock { limits in
      for limit in limits { limit.apply() }
      limits = []
    }
  }
}
