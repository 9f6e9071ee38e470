import PCSCore

extension SyncConfiguration {
  /// What somebody should know who expects more than snapshots; nil when modules are turned on.
  var remarkOnNothingToDo: String? {
    guard enabledModules.isEmpty else { return nil }
    return "no module is turned on in sync_modules, so nothing is copied"
  }
}
