import Btrfs
import PCSCore
import SystemPackage

/// Ends a sync before a disk is full; the seed's `DiskMonitorModule`.
struct DiskMonitorModule: Module {
  static let name = "disk-monitor"
  static let summary = "Watch that the disks keep some room"
  static let isRequired = true
  static let needsRoot = false

  private let context: ModuleContext

  init(_ context: ModuleContext) {
    self.context = context
  }

  static func getConfigSchema() -> JSON { DiskSettings.schema }

  func validate() throws -> [String] {
    var problems: [String] = []
    var isAllAboutSpace = true
    do {
      let settings = try DiskSettings(context.config)
      for path in try settings.watchedPaths(folders: context.invocation.folders) {
        do {
          let space = try settings.before.space(at: path)
          context.reporter.emit(.disk(space))
          problems += DiskRound([space], marks: settings.before).shortages.map(\.description)
        } catch {
          problems.append(error.description)
          isAllAboutSpace = false
        }
      }
    } catch let error as any ToolError {
      problems.append(error.description)
      isAllAboutSpace = false
    }
    if isAllAboutSpace { context.validationStatus = .noSpace }
    return problems
  }

  /// Runs until it is told to stop, or until a disk has too little room.
  func execute() throws {
    let settings = try DiskSettings(context.config)
    var watch = DiskWatch(
      paths: try settings.watchedPaths(folders: context.invocation.folders), marks: settings.during)
    while true {
      try watch.look(context.reporter)
      try context.pause(settings.interval)
    }
  }
}
