import PCSCore
import SystemPackage

/// Paths changed on both machines, and no rule says which version counts; nothing was written.
struct ConflictError: ToolError, Equatable {
  let count: Int
  let target: String

  var id: String { "user_data.conflict" }
  var description: String {
    "\(count) path\(count == 1 ? "" : "s") changed on \(target) since the last sync: nothing written"
  }
  var hint: String? {
    "'--on-conflict source' or 'target' decides for all, user_data.on_conflict for some;"
      + " the version that loses is kept beside the other"
  }
  var exitStatus: ExitStatus { .conflicts }
}

extension ModuleContext {
  /// Says each conflict of a folder as a `conflict` line.
  func say(_ clashes: [MirrorPlan.Clash], subvolume: String, inside: FilePath) {
    for clash in clashes {
      reporter.emit(
        .conflict(
          Conflict(
            path: inside.pushing(clash.path), subvolume: subvolume,
            sourceChange: clash.here, targetChange: clash.there,
            resolution: clash.use.rawValue)))
    }
  }
}
