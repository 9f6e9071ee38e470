import PCSCore
import SyncFilter
import SystemPackage
import UserData

/// Makes folders of the target equal to this machine's, as they were when its snapshots were made.
struct UserDataModule: Module {
  static let name = UserDataMemory.module
  static let summary = "Make home directories equal on the target"

  private let context: ModuleContext

  init(_ context: ModuleContext) {
    self.context = context
  }

  static func getConfigSchema() -> JSON { UserDataSettings.schema }

  func validate() throws -> [String] {
    let settings: UserDataSettings
    do {
      settings = try UserDataSettings(context.config)
    } catch {
      return [error.description]
    }
    let rules = UserRules(settings)
    for problem in rules.problems { context.report(problem.finding(of: Self.name)) }
    let misnamed = BothMachines.problems(inNames: settings.folders)
    guard misnamed.isEmpty, rules.problems.isEmpty else { return misnamed }
    let (folders, machines) = try survey(settings.folders)
    for warning in machines.warnings(folders) { context.log(.warning, warning) }
    for program in machines.programs { context.log(.info, program) }
    let listed = context.invocation.subvolumes?.array?.compactMap(\.string)
    return machines.problems(folders, snapshotted: listed)
  }

  func execute() throws {
    var settings = try UserDataSettings(
      context.config,
      preference: context.invocation.onConflict.flatMap(Preference.init(rawValue:)),
      maximumDeleted: context.invocation.maxDelete)
    let rules = UserRules(settings)
    try rules.check()
    try refuse(BothMachines.problems(inNames: settings.folders))
    if context.invocation.dryRun {
      let (folders, machines) = try survey(settings.folders)
      settings.folders = folders
      try refuse(machines.problems(folders, snapshotted: nil))
    } else {
      settings.folders = FolderHomes.adding(
        FolderHomes.list(in: context.invocation.snapshots), to: settings.folders)
    }
    let sync = try UserDataSync(context, settings, rules)
    do { try sync.execute() } catch let error as any ToolError where !sync.target.mayHaveWritten {
      throw NothingWritten(error)
    }
  }

  /// What both machines know of the folders, and of the homes in them that are subvolumes.
  private func survey(_ folders: [FilePath]) throws -> ([FilePath], BothMachines) {
    let first = try machines(folders)
    guard context.invocation.subvolumes?.array == nil else { return (folders, first) }
    let homes = (first.source.folders + first.target.folders).flatMap(\.homes)
    let all = FolderHomes.adding(homes, to: folders)
    return (all, all == folders ? first : try machines(all))
  }

  private func machines(_ folders: [FilePath]) throws -> BothMachines {
    let target = try TargetHalf(context)
    return try context.blocking {
      let here = try await MachineSurvey(of: folders, accounts: AccountRequest())
      let owners = AccountRequest(here.owners(folders), namedBy: here.accounts)
      let there = try await target.survey(SurveyRequest(folders, accounts: owners))
      return BothMachines(source: here, target: there)
    }
  }

  private func refuse(_ problems: [String]) throws {
    guard let last = problems.last else { return }
    for problem in problems.dropLast() { context.log(.error, problem) }
    throw SyncError(last, id: "user_data.invalid")
  }
}
