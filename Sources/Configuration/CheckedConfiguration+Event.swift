package import PCSCore
package import SystemPackage

extension CheckedConfiguration.Problem {
  /// Where it is and what is wrong: `disk.min_free: …`.
  package var message: String {
    let place = finding.pointer.dotted
    return place.isEmpty ? finding.message : "\(place): \(finding.message)"
  }

  /// This problem as a line of the stream.
  package func event(in file: FilePath?) -> Event {
    .validationError(
      ValidationError(
        module: module, message: message, path: file?.string, line: finding.position?.line,
        column: finding.position?.column))
  }

  /// This problem as compilers write it: `FILE:LINE:COLUMN: …`.
  package func text(in file: FilePath?) -> String {
    var text = file.map(\.string) ?? ""
    if let position = finding.position { text += ":\(position.line):\(position.column)" }
    return (text.isEmpty ? "" : text + ": ") + message
  }
}
