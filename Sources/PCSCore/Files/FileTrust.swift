package import Glibc
package import SystemPackage

/// Who can change what a path names: its file, its directories, and those of links to it.
package enum FileTrust {
  /// Throws when anyone but `users` can write the file at `path`, or put another in its place.
  ///
  /// Directories that are group- or world-writable are trusted when they are sticky, like `/tmp`:
  /// nobody can replace there what belongs to another.
  package static func check(
    _ path: FilePath, writableOnlyBy users: Set<uid_t>
  ) throws(FileTrustError) {
    var seen: Set<FilePath> = []
    let full = path.isAbsolute ? path : try workingDirectory(path).pushing(path)
    try check(full, path, users, &seen, linksLeft: 40)
  }

  private static func workingDirectory(_ asked: FilePath) throws(FileTrustError) -> FilePath {
    guard let name = getcwd(nil, 0) else {
      throw FileTrustError(asked, "cannot find the working directory", Errno(rawValue: errno))
    }
    defer { free(name) }
    return FilePath(platformString: name)
  }

  private static func check(
    _ path: FilePath, _ asked: FilePath, _ users: Set<uid_t>, _ seen: inout Set<FilePath>,
    linksLeft: Int
  ) throws(FileTrustError) {
    var prefix = FilePath("/")
    try checkEntry(prefix, asked, users)
    for component in path.components {
      prefix.append(component)
      if component.kind != .regular || !seen.insert(prefix).inserted { continue }
      let status = try checkEntry(prefix, asked, users)
      guard status.st_mode & S_IFMT == S_IFLNK else { continue }
      guard linksLeft > 0 else {
        throw FileTrustError(asked, "too many links", .tooManySymbolicLinkLevels)
      }
      let target = try destination(of: prefix, asked)
      let full = target.isAbsolute ? target : prefix.removingLastComponent().pushing(target)
      try check(full, asked, users, &seen, linksLeft: linksLeft - 1)
    }
  }

  @discardableResult
  private static func checkEntry(
    _ entry: FilePath, _ asked: FilePath, _ users: Set<uid_t>
  ) throws(FileTrustError) -> stat {
    var status = stat()
    guard entry.withPlatformString({ lstat($0, &status) }) == 0 else {
      throw FileTrustError(asked, "cannot look at \(entry)", Errno(rawValue: errno))
    }
    guard users.contains(status.st_uid) else {
      throw FileTrustError(asked, "\(entry) belongs to another user (\(status.st_uid))")
    }
    if status.st_mode & S_IFMT == S_IFLNK { return status }
    let isSticky = status.st_mode & S_IFMT == S_IFDIR && status.st_mode & S_ISVTX != 0
    if isSticky { return status }
    if status.st_mode & S_IWOTH != 0 {
      throw FileTrustError(asked, "\(entry) can be written by everyone")
    }
    if status.st_mode & S_IWGRP != 0, !isPrivate(status.st_gid, to: users) {
      throw FileTrustError(asked, "\(entry) can be written by its group")
    }
    return status
  }

  /// Whether a group has the name of one of `users` other than root, and no other member: the
  /// group that Debian and Ubuntu make for each person.
  private static func isPrivate(_ group: gid_t, to users: Set<uid_t>) -> Bool {
    guard let entry = getgrgid(group) else { return false }
    let name = String(cString: entry.pointee.gr_name)
    var members = entry.pointee.gr_mem
    while let pointer = members, let member = pointer.pointee {
      if String(cString: member) != name { return false }
      members = pointer + 1
    }
    return users.contains { user in
      guard user != 0, let person = getpwuid(user) else { return false }
      return person.pointee.pw_gid == group && String(cString: person.pointee.pw_name) == name
    }
  }

  private static func destination(
    of link: FilePath, _ asked: FilePath
  ) throws(FileTrustError) -> FilePath {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = link.withPlatformString { readlink($0, &buffer, buffer.count - 1) }
    guard count >= 0 else {
      throw FileTrustError(asked, "cannot read the link \(link)", Errno(rawValue: errno))
    }
    return FilePath(platformString: buffer)
  }
}

/// A file that somebody could have tampered with, or whose owners could not be found out.
package struct FileTrustError: ToolError, Equatable {
  package let path: FilePath
  package let what: String
  /// nil when the file was looked at and found unsafe.
  package let errno: Errno?

  init(_ path: FilePath, _ what: String, _ errno: Errno? = nil) {
    self.path = path
    self.what = what
    self.errno = errno
  }

  package var id: String { "file.untrusted" }
  package var description: String {
    errno.map { "\(path): \(what): \($0)" } ?? "\(path): not safe to use as root: \(what)"
  }
  package var exitStatus: ExitStatus { .noPermission }
}
