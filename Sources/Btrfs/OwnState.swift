import FileTrees
import Glibc
import PCSCore
import SystemPackage

/// What pc-switcher itself remembers on a machine: a rollback must not make it forget.
enum OwnState {
  /// Copies our state and logs from a live subvolume to the copy that takes its place; only a commit
  /// of the session that is rolled back stays behind.
  static func carry(from live: Directory, to copy: Directory, of session: String) throws {
    for path in try paths(in: live) {
      guard let name = path.lastComponent.map({ FilePath(root: nil, [$0]) }),
        let source = try live.beneath(path.removingLastComponent()),
        let target = try copy.making(path.removingLastComponent(), like: live)
      else { continue }
      try merge(name, in: source, to: target)
      try dropCommit(of: session, from: target.beneath(name))
    }
  }

  private static func dropCommit(of session: String, from state: Directory?) throws {
    let folder = FilePath(Places.commits.lastComponent?.string ?? "commits")
    guard let commits = try state?.beneath(folder) else { return }
    let name = "\(session).json"
    if unlinkat(commits.descriptor.rawValue, name, 0) != 0, errno != ENOENT {
      try BtrfsError.check(commits.path.appending(name), "cannot remove", -1)
    }
  }

  /// Where our state lies within a live subvolume: what its mounts make of the usual places.
  private static func paths(in live: Directory) throws -> [FilePath] {
    let id = try Subvolume.id(holding: live)
    let fileSystem = try FileSystem(holding: live).id
    let points = try MountTable.read().filter { $0.type == "btrfs" }.map(\.point).filter { point in
      guard let directory = try? Directory(point),
        let holder = try? FileSystem(holding: directory), holder.id == fileSystem
      else { return false }
      return (try? Subvolume(at: directory))?.id == id
    }
    var found: [FilePath] = []
    for place in places() {
      for point in points where place.starts(with: point) {
        var relative = place
        _ = relative.removePrefix(point)
        if ((try? live.beneath(relative)) ?? nil) != nil, !found.contains(relative) {
          found.append(relative)
        }
      }
    }
    return found
  }

  /// The state of the machine, and the logs of everybody who has some.
  private static func places() -> [FilePath] {
    var places = [Places.history.removingLastComponent()]
    setpwent()
    defer { endpwent() }
    while let entry = getpwent() {
      guard let home = entry.pointee.pw_dir else { continue }
      places.append(FilePath(platformString: home).appending(".local/share/pc-switcher/logs"))
    }
    return places
  }

  /// Replaces in `target` every file that `source` has; others stay.
  private static func merge(
    _ name: FilePath, in source: Directory, to target: Directory
  ) throws {
    let status = try TreeCopy.stat(of: name, in: source)
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      guard let from = try source.beneath(name) else { return }
      if try !target.has(name) {
        let made = name.withPlatformString { mkdirat(target.descriptor.rawValue, $0, 0o700) }
        try BtrfsError.check(target.path.pushing(name), "cannot make", made)
      }
      guard let to = try target.beneath(name) else { return }
      for entry in try from.entries() { try merge(entry, in: from, to: to) }
      try TreeCopy.applyAttributes(status, from.descriptor, to.descriptor, to.path)
    case S_IFREG:
      let part = FilePath(".pc-switcher-\(getpid())")
      try TreeCopy.copy(name, in: source, to: part, in: target)
      let folder = target.descriptor.rawValue
      let result = part.withPlatformString { old in
        name.withPlatformString { renameat(folder, old, folder, $0) }
      }
      try BtrfsError.check(target.path.pushing(name), "cannot replace", result)
    default: break
    }
  }
}
