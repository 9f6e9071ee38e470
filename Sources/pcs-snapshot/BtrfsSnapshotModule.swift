import Btrfs
import PCSCore
import SystemPackage

/// Snapshots of every configured subvolume, before and after all other modules; the seed's
/// `BtrfsSnapshotModule`.
struct BtrfsSnapshotModule: Module {
  static let name = "btrfs-snapshots"
  static let summary = "Read-only snapshots before and after a sync"
  static let isRequired = true

  private let context: ModuleContext
  private let settings: SnapshotSettings

  init(_ context: ModuleContext) {
    self.context = context
    settings = SnapshotSettings(
      context.config, folders: context.invocation.folders.map { FilePath($0) })
  }

  static func getConfigSchema() -> JSON {
    [
      "type": "object", "additionalProperties": false,
      "properties": [
        "subvolumes": [
          "description": """
          auto: on each machine, the subvolumes that hold the folders of the enabled modules. Or \
          a list of flat names at the top level, such as ["@home"].
          """,
          "default": "auto",
          "anyOf": [
            ["type": "string", "enum": ["auto"]],
            [
              "type": "array", "minItems": 1, "uniqueItems": true,
              "items": ["type": "string", "minLength": 1, "pattern": "^[^/]+$"],
            ],
          ],
        ],
        "snapshot_dir": [
          "description": "Where snapshots are kept: a subvolume, made when it is missing.",
          "type": "string", "pattern": "^/.*[^/]", "default": "/.snapshots",
        ],
        "keep_recent": [
          "description": "How many sessions keep their snapshots however old they are.",
          "type": "integer", "minimum": 0, "default": 3,
        ],
        "max_age_days": [
          "description": "After how many days the snapshots of other sessions are deleted.",
          "type": "integer", "minimum": 0, "default": 7,
        ],
        "prune_after_sync": [
          "description": "Whether old snapshots are deleted after a sync that went well.",
          "type": "boolean", "default": true,
        ],
      ],
    ]
  }

  func validate() throws -> [String] {
    do {
      let plan = try plan()
      for note in plan.notes { context.log(.info, note) }
      for warning in plan.warnings { context.log(.warning, warning) }
      return plan.problems.map(\.description)
    } catch let error as any ToolError {
      return [error.description]
    }
  }

  func execute() throws {
    guard let phase = context.invocation.phase else {
      throw SyncError(
        "invocation: phase: must be pre or post", id: "module.invocation", exitStatus: .usage)
    }
    let kind: Snapshot.Kind = phase == .pre ? .preSync : .postSync
    let plan = try plan()
    for warning in plan.warnings { context.log(.warning, warning) }
    if context.invocation.dryRun { return try describe(plan, kind) }
    let count = Double(plan.subvolumeCount)
    let snapshots = try plan.take(kind, session: context.session.id, at: .now) { index, name in
      if context.isAborting { throw AbortError() }
      context.emitProgress(Double(index) / count, "Creating snapshot of \(name)")
    }
    for snapshot in snapshots {
      context.reporter.emit(.snapshot(snapshot))
      context.log(
        .info, "Created snapshot \(snapshot.snapshotPath)", ["uuid": .string(snapshot.uuid)])
    }
    context.emitProgress(1, "\(snapshots.count) snapshot(s) created")
  }

  private func plan() throws -> SnapshotPlan {
    try SnapshotPlan(
      settings.subvolumes, folders: settings.folders, directory: settings.directory)
  }

  private func describe(_ plan: SnapshotPlan, _ kind: Snapshot.Kind) throws {
    try plan.check()
    let paths = plan.paths(kind, session: context.session.id, at: .now)
    for path in paths { context.log(.info, "Would create snapshot \(path)") }
    if kind == .preSync {
      let places = paths.map { "\($0)" }.joined(separator: ", ")
      context.reporter.emit(
        .plan("\(Machine.hostname): snapshots from before: \(places)", module: Self.name))
    }
    context.emitProgress(1, "Nothing created: dry run")
  }
}
