import PCSCore
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
    } catch let error as any ToolError {
      return [error.description]
    }
    let rules = UserRules(settings)
    for problem in rules.problems { context.report(problem.finding(of: Self.name)) }
    let misnamed = BothMachines.problems(inNames: settings.folders)
    guard misnamed.isEmpty, rules.problems.isEmpty else { return misnamed }
    let subvolumes = try context.blocking { [context] in
      try await SnapshotConfiguration.subvolumes(of: context.session)
    }
    let machines = try survey(settings.folders)
    for warning in machines.warnings(settings.folders) { context.log(.warning, warning) }
    for program in machines.programs { context.log(.info, program) }
    return machines.problems(settings.folders, snapshotted: subvolumes)
  }

  func execute() throws {
    let settings = try UserDataSettings(
      context.config,
      preference: context.invocation.onConflict.flatMap(Preference.init(rawValue:)),
      maximumDeleted: context.invocation.maxDelete)
    let rules = UserRules(settings)
    try rules.check()
    try refuse(BothMachines.problems(inNames: settings.folders))
    if context.invocation.dryRun {
      let machines = try survey(settings.folders)
      try refuse(machines.problems(settings.folders, snapshotted: nil))
      try DryRun(
        context: context, settings: settings, rules: rules, machines: machines,
        target: TargetHalf(context)
      ).execute()
    } else {
      try UserDataSync(context, settings, rules).execute()
    }
  }

  private func survey(_ folders: [FilePath]) throws -> BothMachines {
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
