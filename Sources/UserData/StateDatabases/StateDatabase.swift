import PCSCore
package import SystemPackage

/// The databases in which Visual Studio Code and its kin keep their state: `state.vscdb`.
///
/// They come over, but for the rows that only the keyring of one machine opens, and those that name
/// them: these stay what they are on each machine.
package enum StateDatabase {
  private static let names: [FilePath.Component] = ["state.vscdb", "state.vscdb.backup"]

  /// Whether an absolute path is one of them, or a version of one that was kept beside it.
  package static func isOne(_ path: FilePath) -> Bool {
    guard let name = path.lastComponent, isNamed(path, name) else { return false }
    let around = path.components.dropLast()
    if around.suffix(2).elementsEqual([".vscode-shared", "sharedStorage"]) { return true }
    // The second is a flatpak's.
    return around.suffix(2).elementsEqual(["User", "globalStorage"])
      && [".config", "config"].contains(around.dropLast(3).last)
  }

  private static func isNamed(_ path: FilePath, _ name: FilePath.Component) -> Bool {
    guard SQLiteFiles.database(of: path) == nil else { return false }
    return names.contains { own in
      name == own
        || ConflictCopy.isConflictCopy(path) && name.string.hasPrefix("\(own).pcs-conflict-")
    }
  }

  /// The database that a path in a folder is, or that it is the log or the journal of.
  package static func database(of path: FilePath, in folder: FilePath) -> FilePath? {
    let database = SQLiteFiles.database(of: path) ?? path
    return isOne(folder.pushing(database)) ? database : nil
  }

  /// The table that holds the state, as the programs make it.
  static let table = "CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)"

  /// What fits the keys of the rows that are one machine's own, as `GLOB` of SQLite has it: secrets,
  /// and which session of an account is used, for all of the program or for one extension.
  static let ownKeys = [
    "secret://*", "userDataSyncAccountPreference", "editSessionAccountPreference",
    "remoteTunnelAccountPreference", "*.*-github-*", "*.*-github-enterprise-*", "*.*-microsoft-*",
  ]
}
