import SystemPackage
import Testing

@testable import PCSCore

struct PlacesTests {
  @Test(arguments: [
    ("/usr/local/lib/pc-switcher/1.2.3-0a1b2c3d/bin/pcs-sync", "/usr/local"),
    ("/usr/local/lib/pc-switcher/1.2.3-0a1b2c3d/libexec/pcs-module-user-data", "/usr/local"),
    ("/tmp/stage/opt/x/lib/pc-switcher/1.2.3+a-b/bin/pcs-lock", "/tmp/stage/opt/x"),
  ])
  func findsThePrefixAnInstalledProgramIsIn(executable: FilePath, prefix: FilePath) throws {
    let installation = try #require(Places.installation(of: executable))
    #expect(Places.prefix(of: installation) == prefix)
  }

  @Test(arguments: [
    "/home/ada/pc-switcher/.build/debug/pcs-sync", "/usr/bin/pcs-sync", "/pcs-sync",
    "/usr/lib/other/1.2.3/bin/pcs-sync",
  ])
  func knowsNoInstallationElsewhere(executable: FilePath) {
    #expect(Places.installation(of: executable) == nil)
  }

  @Test func findsTheToolsFromAModule() {
    let root: FilePath = "/usr/lib/pc-switcher/1.2.3-0a1b2c3d"
    #expect(Places.tools(of: root.appending("libexec/pcs-module-x")) == root.appending("bin"))
    #expect(Places.tools(of: root.appending("bin/pcs-sync")) == root.appending("bin"))
  }
}
