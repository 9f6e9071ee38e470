import PCSCore

/// Compares the owners in the plan between the machines, before anything is written.
struct OwnerCheck {
  let context: ModuleContext
  let target: TargetConversation

  /// Warns about system accounts; throws when entries of a person would change hands.
  func check(_ folders: [DecidedFolder]) throws {
    var owners = Owners()
    for folder in folders {
      owners.formUnion(Owners(of: folder.plan))
    }
    guard !owners.isEmpty else { return }
    let here = try context.blocking { [owners] in
      try await Accounts(of: AccountRequest(owners), listsAll: false)
    }
    let there = try target.accounts(AccountRequest(owners, namedBy: here))
    let findings = OwnerFinding.all(of: owners, source: here, target: there)
    let hostname = context.session.targetHostname
    for finding in findings where !finding.isPerson {
      context.log(.warning, finding.text(target: hostname))
    }
    guard let first = findings.first, first.isPerson else { return }
    for other in findings.dropFirst() where other.isPerson {
      context.log(.error, other.text(target: hostname))
    }
    throw OwnerError(
      message: first.text(target: hostname),
      hint: first.remedy(source: here, target: there).map { "on \(hostname), as root: \($0)" })
  }
}

/// The number of a person means somebody else on the target; nothing was written.
struct OwnerError: ToolError, Equatable {
  let message: String
  let hint: String?

  var id: String { "user_data.owners" }
  var description: String { message }
  var exitStatus: ExitStatus { .refused }
}
