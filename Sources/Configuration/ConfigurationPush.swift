/// How the target's configuration compares with ours.
package enum PushState: String, Sendable, CaseIterable {
  case absent
  case different
  case equal

  /// Compares the bytes; `theirs` is nil when the target has no file.
  package init(ours: [UInt8], theirs: [UInt8]?) {
    self = theirs.map { $0 == ours ? .equal : .different } ?? .absent
  }

  /// What to do about it; `answer` is nil while nobody has said.
  package func step(_ answer: PushAnswer?) -> PushStep {
    switch (self, answer) {
    case (.equal, _): .nothing
    case (_, nil): .ask
    case (_, .take): .write
    case (_, .keep): .keep
    case (_, .stop): .stop
    }
  }
}

/// What a person wants when the target's configuration is not ours.
package enum PushAnswer: String, Sendable, CaseIterable {
  /// Ours replaces theirs.
  case take
  /// Theirs stays as it is, or absent.
  case keep
  /// Theirs stays, and what depends on it ends here.
  case stop
}

/// What comes next in a push.
package enum PushStep: Sendable, Equatable {
  case nothing
  case ask
  case write
  case keep
  case stop
}
