package import PCSCore

/// A target as a person types it: an ssh host name or an alias of `ssh_config(5)`, perhaps with a
/// user before an `@`.
package struct HostArgument: Sendable, Hashable {
  package let text: String

  /// Refuses what ssh could take for an option, or what cannot be a host.
  package init(_ text: String) throws(HostError) {
    guard !text.isEmpty else { throw .empty }
    guard !text.hasPrefix("-") else { throw .option(text) }
    guard text.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value != 127 }) else {
      throw .characters(text)
    }
    self.text = text
  }
}

/// What cannot be the name of a target.
package enum HostError: ToolError, Equatable {
  case empty
  case option(String)
  case characters(String)

  package var id: String { "host.invalid" }
  package var description: String {
    switch self {
    case .empty: "target: the name is empty"
    case .option(let text): "\(text): a target does not begin with '-'"
    case .characters(let text): "\(text): white space or control characters in the target's name"
    }
  }
  package var exitStatus: ExitStatus { .usage }
}
