import Glibc
import PCSCore
import SystemPackage

/// The user who became root through sudo, for commands that need not be root.
struct LoginUser {
  private let userID: uid_t
  private let groupID: gid_t

  /// Whom sudo names; throws when it was not sudo that made us root.
  static func current() throws -> LoginUser {
    guard let user = Places.environment("SUDO_UID").flatMap({ uid_t($0) }),
      let group = Places.environment("SUDO_GID").flatMap({ gid_t($0) })
    else {
      throw SyncError("--exec: sudo does not say who logged in", id: "leash.login_user")
    }
    return LoginUser(userID: user, groupID: group)
  }

  /// `command` as that user, with the environment of their own, by `setpriv(1)`.
  func command(_ command: [[UInt8]]) throws -> [[UInt8]] {
    guard let entry = getpwuid(userID) else {
      throw SyncError("user \(userID): not known here", id: "leash.login_user")
    }
    setenv("HOME", entry.pointee.pw_dir, 1)
    setenv("USER", entry.pointee.pw_name, 1)
    setenv("LOGNAME", entry.pointee.pw_name, 1)
    setenv("SHELL", entry.pointee.pw_shell, 1)
    let setpriv = [
      "setpriv", "--reuid", "\(userID)", "--regid", "\(groupID)", "--init-groups", "--",
    ]
    return setpriv.map { Array($0.utf8) } + command
  }
}
