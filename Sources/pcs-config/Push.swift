import ArgumentParser
import Configuration
import PCSCore
import PCSTool
import SystemPackage

struct Push: StreamCommand {
  static let configuration = CommandConfiguration.verb(
    "push", "Bring the configuration file to another machine.",
    discussion: """
      It is shown and asked for when the target has none; when the target has another one, the
      difference is shown, and you say whether to take ours, keep theirs or stop.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var choice: FileChoice
  @Option(
    help: ArgumentHelp(
      "The answer, instead of asking: take (ours), keep (theirs) or stop.", valueName: "answer"))
  var onDifference: PushAnswer?
  @Flag(help: "Do not ask: take ours.") var yes = false
  @Argument(help: "The target: an ssh host or alias.") var target: String

  func validate() throws {
    if yes, onDifference != nil {
      throw ArgumentParser.ValidationError("--yes and --on-difference exclude each other")
    }
  }

  func run(_ reporter: Reporter) async throws {
    guard let ours = try ConfigurationFile.read(choice.file) else {
      let place = Places.configuration?.string ?? "the default place"
      reporter.log(.info, "No configuration at \(place): all defaults, nothing to push")
      return
    }
    try await RemoteTools.with(target) { remote in
      try await push(ours, to: RemoteConfiguration(of: remote), reporter)
    }
  }

  private func push(
    _ ours: ConfigurationFile, to theirs: RemoteConfiguration, _ reporter: Reporter
  ) async throws {
    let state = PushState(ours: ours.bytes, theirs: theirs.bytes)
    var step = state.step(yes ? .take : onDifference)
    try await announce(state, ours, theirs, before: step, reporter)
    if step == .ask { step = state.step(try await ask(state)) }
    switch step {
    case .write:
      try await theirs.replace(with: ours.bytes)
      report("pushed", theirs, reporter)
      reporter.log(.info, "Installed \(ours.path) as \(theirs.place)", theirs.path.context)
    case .keep:
      report("kept", theirs, reporter)
      reporter.log(.info, "\(kept(state)): \(theirs.place)", theirs.path.context)
    case .stop:
      throw SyncError(
        "\(theirs.place): \(state == .absent ? "absent" : "different"), and stopped because of it",
        id: "configuration.stopped", hint: "--yes takes ours, --on-difference keep leaves theirs",
        exitStatus: .refused, context: theirs.path.context)
    case .nothing, .ask: break
    }
  }

  /// Says how theirs compares with ours, unless what it stops with says it; people who asked for
  /// quiet see it before a question only.
  private func announce(
    _ state: PushState, _ ours: ConfigurationFile, _ theirs: RemoteConfiguration,
    before step: PushStep, _ reporter: Reporter
  ) async throws {
    let sentence =
      switch state {
      case .absent: "\(theirs.place): absent"
      case .different: "\(theirs.place): differs from \(ours.path)"
      case .equal: "\(theirs.place): equal to \(ours.path)"
      }
    if step != .stop { reporter.log(.info, sentence, theirs.path.context) }
    let diff = state == .equal ? nil : try await difference(ours, theirs)
    if step == .ask || reporter.format == .json || !common.quiet {
      report(state.rawValue, theirs, diff: diff, reporter)
    }
  }

  /// What differs, secrets hidden: it may end in a log.
  private func difference(
    _ ours: ConfigurationFile, _ theirs: RemoteConfiguration
  ) async throws -> String {
    let hidden = try await SecretKeys.installed().masking(theirs.bytes ?? [], ours.bytes)
    return try await UnifiedDiff(
      from: theirs.bytes == nil ? nil : hidden.theirs, labelled: theirs.place, to: hidden.ours,
      labelled: ours.path.string
    ).text()
  }

  private func report(
    _ state: String, _ theirs: RemoteConfiguration, diff: String? = nil, _ reporter: Reporter
  ) {
    var members = theirs.path.context
    members["type"] = "config_push"
    members["state"] = .string(state)
    members["target"] = .string(target)
    members["diff"] = diff.map { .string($0) } ?? .null
    reporter.emit(.other(members))
  }

  private func ask(_ state: PushState) async throws -> PushAnswer {
    guard state != .absent else {
      let answer = try await Question.choose(
        "Install this configuration on \(target)?", among: ["yes", "no"], answeredBy: "--yes")
      return answer == "yes" ? .take : .keep
    }
    let answer = try await Question.choose(
      "Take ours, keep theirs, or stop?", among: PushAnswer.allCases.map(\.rawValue),
      answeredBy: "--yes")
    return PushAnswer(rawValue: answer) ?? .stop
  }

  private func kept(_ state: PushState) -> String {
    state == .absent ? "Left without a configuration" : "Kept theirs"
  }
}

extension PushAnswer: ExpressibleByArgument {}
