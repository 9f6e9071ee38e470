import ArgumentParser

/// A share of a folder's entries, from `0%` to `100%`.
struct DeletionShare: ExpressibleByArgument, Codable, Sendable, Equatable {
  let text: String

  init?(argument: String) {
    let digits = argument.dropLast()
    guard argument.hasSuffix("%"), !digits.isEmpty, digits.allSatisfy(\.isASCII),
      digits.allSatisfy(\.isNumber), let percent = Int(digits), percent <= 100
    else { return nil }
    text = "\(percent)%"
  }
}
