import PCSCore

extension EventText {
  /// What `pcs-module-user-data explain` says of a path.
  static func filter(_ members: [String: JSON]) -> String? {
    guard let path = members["path"]?.string, let isSynced = members["synced"]?.bool else {
      return nil
    }
    let absent = members["present"]?.bool == false ? " (not there)" : ""
    return "\(printable(path))\(absent): \(isSynced ? "synced" : "not synced"): "
      + printable(unit(members) + reason(members, path))
  }

  /// Of files that belong together, the one whose rule decides.
  private static func unit(_ members: [String: JSON]) -> String {
    guard let decider = members["decided_by"]?.string else { return "" }
    return members["unit"]?.string == "sqlite"
      ? "it belongs to the database \(decider), which decides: "
      : "it belongs to the store of \(decider), which decides: "
  }

  private static func reason(_ members: [String: JSON], _ path: String) -> String {
    let folder = members["folder"]?.string ?? ""
    let at = members["at"]?.string ?? members["decided_by"]?.string ?? path
    switch members["origin"]?.string {
    case "outside": return "not below any configured folder"
    case "link": return "\(at) is no directory, and links are not followed"
    case "boundary": return "\(at) is a subvolume or mount of its own, and not listed as a folder"
    case nil: return "no rule speaks of it (folder \(folder))"
    case let origin?:
      let rule = members["rule"]?.string ?? ""
      let subject = members["decided_by"]?.string ?? path
      let of = at == subject ? "" : " about \(at)"
      return "'\(rule)'\(of), \(place(origin, members)) (folder \(folder))"
    }
  }

  private static func place(_ origin: String, _ members: [String: JSON]) -> String {
    if let file = members["file"]?.string {
      return "\(file):\(members["line"]?.integer.map { "\($0)" } ?? "")"
    }
    switch origin {
    case "machine": return "built in: it belongs to this machine"
    case "snap":
      return "built in: only the revision that the target runs, taken to be this machine's"
    case "state": return "built in: a state database that cannot be merged"
    case "stage": return "built in: a sync's own"
    case "shipped": return "shipped default"
    default: return "user_data.exclude, entry \(members["entry"]?.integer.map { "\($0)" } ?? "")"
    }
  }
}
