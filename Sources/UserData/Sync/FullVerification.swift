import PCSCore
import SystemPackage

/// Compares everything once more after a commit, content and all: whatever differs or cannot be read
/// is an error, but for what is known to stay different.
struct FullVerification {
  let context: ModuleContext
  let target: TargetConversation
  let pace: ProgressPace
  let folder: DecidedFolder
  let left: Set<FilePath>

  func run() throws {
    let path = folder.here.path
    var errors = 0
    let there = VerifyingTarget(target: target, folder: path)
    let verification = TreeVerification(
      try folder.filtered(), there, left: left, states: StatePaths(of: path),
      progress: { path, amount in
        if context.isAborting { throw AbortError() }
        pace.say("Verifying \(WirePath(folder.here.path.pushing(path)).text)")
        pace.update {
          $0.verified(amount.entries, of: folder.entries, folder: folder.here.index)
        }
      },
      report: { path, finding in
        errors += 1
        report(path, finding)
      })
    let amount = try verification.run()
    if errors > 0 { return }
    context.log(
      .info,
      "\(path): verified: as on the source, \(EntryCount.text(amount.entries)), "
        + "\(Size.text(amount.bytes)) read")
  }

  private func report(_ path: FilePath, _ finding: TreeVerification.Finding) {
    let name = WirePath(folder.here.path.pushing(path))
    let different = "not as on the source after the commit"
    let text =
      switch finding {
      case .differs(let traits):
        "\(different): \(traits.map(\.rawValue).joined(separator: ", "))"
      case .missing(on: .there): "\(different): missing"
      case .missing(on: .here): "\(different): the source does not have it"
      case .unreadable(let machine, let reason):
        "cannot be verified: on \(hostname(of: machine)): \(reason)"
      }
    context.log(.error, "\(name.text): \(text)", name.context)
  }

  private func hostname(of machine: TreeVerification.Machine) -> String {
    machine == .here ? context.session.sourceHostname : context.session.targetHostname
  }
}
