import ArgumentParser
import PCSCore
import PCSTool
import SystemPackage

/// Which machine's version counts of what changed on both.
enum ConflictChoice: String, Codable, CaseIterable, ExpressibleByArgument {
  case stop, source, target
}

struct SyncOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Use this configuration.", valueName: "file"))
  var config: FilePath?
  @Flag(help: "Say what would be done; change nothing on either machine.")
  var dryRun = false
  @Flag(help: "Find everything that would keep a sync from working; change nothing.")
  var check = false
  @Flag(help: "Give the target our configuration without asking.")
  var yes = false
  @Flag(help: "Sync to a machine that was never synced with this one.")
  var allowFirstSync = false
  @Flag(help: "Sync although the target has something newer than the last sync from here.")
  var allowOutOfOrder = false
  @Option(help: "Whose version counts of what changed on both: stop, source or target.")
  var onConflict: ConflictChoice?
  @Option(
    help: ArgumentHelp(
      "Let this sync delete so much of a folder, such as 80%.", valueName: "share"))
  var maxDelete: DeletionShare?
  @Option(
    help: ArgumentHelp("Run only this module; may be given again.", valueName: "name"))
  var only: [String] = []
  @Option(
    help: ArgumentHelp("What a person's pcs-sync tells its driver.", visibility: .hidden))
  var driver: String?

  func apply(to request: inout SyncRequest) {
    request.configPath = config?.string
    request.isDryRun = dryRun
    request.isCheck = check
    request.answersYes = yes
    request.allowsFirstSync = allowFirstSync
    request.allowsOutOfOrder = allowOutOfOrder
    request.onConflict = onConflict
    request.maxDelete = maxDelete
    request.only = only.map { ModuleCatalog.name(forKey: $0) }
  }
}
