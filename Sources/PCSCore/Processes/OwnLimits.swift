import Synchronization

/// The limits under which this tool runs: what it needs, while a user's program that it becomes or
/// starts gets back the soft limits that were there before.
package enum OwnLimits {
  private static let raised = Mutex<[ResourceLimit]>([])

  /// Raises each soft limit that is too low; throws where the hard one is.
  package static func raise() throws(ResourceLimitError) {
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
