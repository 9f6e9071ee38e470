package import PCSCore
import SystemPackage

/// Something among the rules that is no rule of ours.
package struct FilterProblem: ToolError, Equatable {
  package let origin: FilterOrigin
  /// The text that is meant; empty when the whole file is, or when it must not be repeated.
  package let text: [UInt8]
  package let reason: FilterSyntaxError

  package init(_ origin: FilterOrigin, _ text: some Sequence<UInt8>, _ reason: FilterSyntaxError) {
    self.origin = origin
    self.text = Array(text)
    self.reason = reason
  }

  package var id: String { "user_data.filter" }
  package var exitStatus: ExitStatus {
    if case .directory = origin { .failure } else { .configuration }
  }

  /// Without its place.
  package var message: String {
    text.isEmpty ? reason.text : "'\(String(decoding: text, as: UTF8.self))': \(reason.text)"
  }

  package var description: String { "\(origin.text): \(message)" }

  /// The line of a validation.
  package func finding(of module: String) -> ValidationError {
    guard let place = origin.place else {
      return ValidationError(module: module, message: description)
    }
    return ValidationError(
      module: module, message: message, path: place.file.string,
      line: place.line == 0 ? nil : place.line)
  }
}
