import FileTrees
import PCSCore
import SyncFilter
import SystemPackage
import UserData

extension FolderHere {
  /// rsync of the whole folder to a place on the target, without what the filters leave out.
  func command(
    _ filters: FilterList, to destination: FilePath, _ settings: UserDataSettings
  ) throws -> RsyncCommand {
    let reader = try DirectoryRulesReader(beneath: snapshot.folder.descriptor, as: path)
    let all = filters.rules(ofDirectories: try DirectoryRulesSearch.rules(below: reader, filters))
    var command = RsyncCommand(
      source: snapshot.folder.path, folder: path, destination: destination,
      selection: .everything(all), remoteShell: [Places.tool("pcs-remote").string, "rsh"])
    command.bandwidthLimit = settings.bandwidthLimit
    return command
  }
}
