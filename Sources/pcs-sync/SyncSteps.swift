import FoundationEssentials
import PCSCore
import SystemPackage

/// The steps of a sync, in the order in which the extensions of this type stand in its files.
struct SyncSteps: Sendable {
  let request: SyncRequest
  let configuration: SyncConfiguration
  let stream: SessionStream
  let questions: Questions
  let tracker: SessionTracker
  let guards: SessionGuards
  var runner: ToolRunner
  /// Whether this is the first sync of the two machines, and the user agreed to it.
  var isFirstSync = false
  /// Whether our tools answer on the target, though no agent of the sync runs there.
  var hasToolsThere = false
  /// Whether the modules only show what they would do, before the user is asked.
  var isPreview = false
  /// The `plan` lines of each module that the user agreed to.
  var agreed: [String: [JSON]] = [:]
  /// What a dry run ends with: a question that nobody answered.
  var refusal: (any ToolError)?

  init(
    request: SyncRequest, configuration: SyncConfiguration, stream: SessionStream,
    questions: Questions, tracker: SessionTracker, guards: SessionGuards
  ) {
    self.request = request
    self.configuration = configuration
    self.stream = stream
    self.questions = questions
    self.tracker = tracker
    self.guards = guards
    runner = ToolRunner(
      stream: stream, session: request.session, target: request.target,
      isDryRun: request.isDryRun, modulePath: request.invoker?.modulePath)
  }

  /// The sync modules of this run, in their order.
  var modules: [String] { Array(tracker.session.enabledModules.dropFirst()) }

  /// Where the snapshots lie, said to each `pcs-snapshot`: the target's own configuration may name
  /// modules that are not installed there.
  var snapshotPlace: [String] {
    [
      "--snapshot-dir",
      configuration.section(of: ModuleCatalog.snapshots)["snapshot_dir"]?.string
        ?? "/.snapshots",
    ]
  }

  /// The line a module gets on its standard input.
  func invocation(
    of module: String, phase: ModuleOutcome.Phase? = nil, withRemote: Bool = true,
    previous: Invocation.Previous? = nil, evidence: [Snapshot] = []
  ) throws -> [UInt8] {
    let remote = runner.controlPath.map {
      Invocation.Remote(target: request.target, controlPath: $0)
    }
    let invocation = Invocation(
      module: module, phase: phase, config: configuration.section(of: module),
      session: tracker.session, remote: withRemote ? remote : nil, snapshots: tracker.snapshots,
      previous: previous, firstSync: isFirstSync, evidence: evidence,
      dryRun: request.isDryRun || isPreview,
      onConflict: request.onConflict?.rawValue, maxDelete: request.maxDelete?.text,
      folders: configuration.folders.map(\.string),
      subvolumes: configuration.section(of: ModuleCatalog.snapshots)["subvolumes"],
      agreed: agreed[module])
    return Array(try JSON.encoder.encode(invocation)) + [UInt8(ascii: "\n")]
  }

  /// Does what the sync fails of when it fails, and says so then.
  func critically<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      return try await work()
    } catch let error as CancellationError {  // It ended of something else.
      throw error
    } catch {
      let cause = await guards.cause(of: error)
      logCritical(cause)
      throw cause
    }
  }

  private func logCritical(_ error: any Error) {
    let module = tracker.outcomes.first { $0.result == .failed }?.module
    let description = (error as? any ToolError).map { ErrorDescription($0) }
    stream.log(
      .critical,
      (module.map { "module \($0) failed: " } ?? "") + (description?.message ?? "\(error)"),
      description?.context ?? [:])
  }
}
