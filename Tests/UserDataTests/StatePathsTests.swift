import SystemPackage
import Testing

@testable import UserData

struct StatePathsTests {
  static let fitting: [(folder: FilePath, path: FilePath)] = [
    ("/home", "ada/.config/Code/User/globalStorage/state.vscdb"),
    ("/home", "ada/.config/VSCodium/User/globalStorage/state.vscdb.backup"),
    ("/home", "ada/.config/Cursor/User/profiles/-1a/globalStorage/state.vscdb"),
    ("/home", "ada/.var/app/com.vscodium.codium/config/VSCodium/User/globalStorage/state.vscdb"),
    ("/home", "ada/.vscode-shared/sharedStorage/state.vscdb"),
    ("/root", ".config/Code/User/globalStorage/state.vscdb"),
    ("/home/ada/.config", "Code/User/globalStorage/state.vscdb"),
    ("/home/ada/.config/Code", "User/globalStorage/state.vscdb"),
    (
      "/home",
      "ada/.config/Code/User/globalStorage/state.vscdb.pcs-conflict-vega-20261115T120000Z"
    ),
  ]

  @Test("U8: knows where editors keep their state", arguments: fitting.indices)
  func fits(index: Int) {
    let (folder, path) = Self.fitting[index]
    #expect(StatePaths(of: folder).fits(path))
    #expect(!StatePaths(of: folder).fits(FilePath(path.string + "-wal")))
  }

  @Test(
    "U8: other files are none",
    arguments: [
      "ada/.config/Code/User/workspaceStorage/1/state.vscdb", "state.vscdb",
      "ada/src/.config/Code/User/globalStorage/state.vscdb",
      "ada/.config/Code/User/globalStorage/storage.json",
    ] as [FilePath])
  func fitsNothingElse(path: FilePath) {
    #expect(!StatePaths(of: "/home").fits(path))
  }
}
