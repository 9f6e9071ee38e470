import PCSCore
import SystemPackage
import UserData

/// Compares everything once more after a commit, content and all: whatever differs is an error,
/// but for what is known to stay different.
struct FullVerification {
  let staging: Staging
  let folder: StagedFolder
  let left: Set<FilePath>

  func run() throws {
    let context = staging.context
    let path = folder.here.path
    staging.pace.say("Verifying \(path)")
    var command = try folder.here.command(folder.filters, to: path, staging.settings)
    command.remoteShell += [TargetHalf.program.string, "view", path.string, "--"]
    command.readsContent = true
    for place in left { command.leaveOut(place) }
    let transfer = Transfer(context: context, command: command, pace: staging.pace)
    let different = try transfer.differences().map { FilePath(bytes: $0.path) }
      .filter { !left.contains($0) }
    for place in different {
      let name = WirePath(path.pushing(place))
      context.log(.error, "\(name.text): not as on the source after the commit", name.context)
    }
    if different.isEmpty { context.log(.info, "\(path): verified: as on the source") }
  }
}
