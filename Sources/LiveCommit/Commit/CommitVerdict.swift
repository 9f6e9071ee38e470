import FileTrees

/// What a commit does with one path: decided by what is there, and nothing else.
enum CommitVerdict: Equatable {
  /// What was there before is still there: it gives way.
  case apply
  case done
  /// Somebody changed it: it stays as it is.
  case leave

  /// What a path of the live tree holds.
  enum Finding: Equatable, CaseIterable {
    case absent, asBefore, asDesired, other
  }

  /// Decides by what is there, whether something was there before that the commit may replace,
  /// whether something is there in the desired tree, and whether the commit itself took away what was there.
  init(_ finding: Finding, wasThere: Bool, shallBe: Bool, isOurGap: Bool = false) {
    self =
      switch finding {
      case .asDesired: .done
      case .absent where !shallBe: .done
      case .absent where wasThere && !isOurGap: .leave
      case .absent, .asBefore: .apply
      case .other: .leave
      }
  }
}

/// What is to be known of an inode before it counts as the one it was.
struct UntouchedTest {
  enum Verdict: Equatable {
    case untouched, touched
    /// All but its content is as it was, or as we make it: its content has to be compared.
    case byContent
  }

  /// The time of the last change that we made to it ourselves.
  var lastOwnChange: FileTime?
  /// What its attributes become: where a commit was cut short some may have them already.
  var between: Entry?
  /// Whether an interrupted commit is completed: its own renames and links have changed times of
  /// change, and a user's write can leave size and time of modification as they were.
  var isRecovery = false

  func verdict(on live: Entry, since before: Entry) -> Verdict {
    guard live.inode == before.inode, live.kind == before.kind else { return .touched }
    if live.changed == before.changed || live.changed == lastOwnChange { return .untouched }
    guard isRecovery else { return .touched }
    let isLike =
      live.isStill(before) || between.map { Self.isBetween(live, before, $0) } == true
    guard isLike else { return .touched }
    return live.kind == .file && live.size > 0 ? .byContent : .untouched
  }

  /// Whether every attribute is as it was or as it becomes.
  static func isBetween(_ live: Entry, _ before: Entry, _ after: Entry) -> Bool {
    let (mine, old, new) = (live.attributes, before.attributes, after.attributes)
    return live.size == before.size && live.linkTarget == before.linkTarget
      && live.device == before.device
      && [old.owner, new.owner].contains(mine.owner)
      && [old.group, new.group].contains(mine.group)
      && [old.modified, new.modified].contains(mine.modified)
      && permissionsAreBetween(mine, old, new)
      && mine.extended.allSatisfy {
        $0.followsPermissions || old.extended.contains($0) || new.extended.contains($0)
      }
  }

  /// chown(2) takes set-id bits away, an access list comes with permissions of its own.
  private static func permissionsAreBetween(
    _ mine: EntryAttributes, _ old: EntryAttributes, _ new: EntryAttributes
  ) -> Bool {
    if (old.extended + new.extended).contains(where: \.followsPermissions) { return true }
    let known = [old.permissions, new.permissions]
    return known.contains(mine.permissions) || known.map { $0 & 0o1777 }.contains(mine.permissions)
  }
}

extension ExtendedAttribute {
  fileprivate var followsPermissions: Bool { name == Array("system.posix_acl_access".utf8) }
}
