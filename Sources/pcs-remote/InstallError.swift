import OpenSSH
import PCSCore
import SystemPackage

/// Why the target does not get our version.
enum InstallError: ToolError, Equatable {
  case nothingToInstall
  case notABundle(FilePath)
  case pack(FilePath)
  case newer(theirs: String, ours: String)
  case packaged(String, String)
  case otherMachine(String, String)
  case notRoot(String, TargetFacts)
  case failed(String, String, ExitStatus)
  case stillOther(String, String)

  var id: String {
    switch self {
    case .nothingToInstall, .notABundle: "install.no_bundle"
    case .pack: "install.pack"
    case .newer: "install.newer"
    case .packaged: "install.packaged"
    case .otherMachine: "install.platform"
    case .notRoot: "privilege.sudo"
    case .failed, .stillOther: "install.failed"
    }
  }

  var description: String {
    switch self {
    case .nothingToInstall:
      "these tools run from a build folder: there is nothing to install from"
    case .notABundle(let path): "\(path): not a bundle of pc-switcher"
    case .pack(let path): "\(path): cannot be packed"
    case .newer(let theirs, let ours):
      "Target version \(theirs) is newer than source \(ours), this is unusual"
    case .packaged(let target, _):
      "\(target): a package manager installed pc-switcher there, and has to upgrade it"
    case .otherMachine(let target, let why): "\(target): our pc-switcher cannot run there: \(why)"
    case .notRoot(let target, _): "\(target): may not become root there"
    case .failed(let target, let said, _): "\(target): installation: \(said)"
    case .stillOther(let target, let version):
      "\(target): still has version \(version) after the installation"
    }
  }

  var hint: String? {
    switch self {
    case .nothingToInstall: "run 'make install' here first"
    case .notABundle: "it is what 'make bundle' or 'make dist' makes"
    case .newer: "upgrade this machine first"
    case .packaged(let target, let command): "on \(target): \(command)"
    case .notRoot(let target, let facts):
      "sudo must ask for no password there; type once: "
        + Grant(target: target, facts).commandLine
    default: nil
    }
  }

  var exitStatus: ExitStatus {
    switch self {
    case .newer, .packaged, .otherMachine: .protocolMismatch
    case .notRoot: .noPermission
    case .failed(_, _, let status): status
    default: .failure
    }
  }
}
