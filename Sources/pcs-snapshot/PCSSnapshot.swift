import ArgumentParser
import PCSCore
import PCSTool

@main
struct PCSSnapshot: ToolCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-snapshot", "Take read-only btrfs snapshots before and after a sync.",
    discussion: """
      Subvolumes are named as they stand at the top level of the file system, mounted or not.

      Examples:
        pcs-snapshot pre --subvolume @home
        pcs-snapshot list --session 0badcafe
      """,
    subcommands: [
      Pre.self, Post.self, List.self, Show.self, Diff.self, Prune.self, Rollback.self, Restore.self,
    ]
      + ModuleVerbs<BtrfsSnapshotModule>.all)

  static func main() async { await runTool() }
}
