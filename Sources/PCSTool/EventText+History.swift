import PCSCore

extension EventText {
  /// A line of a type that a single tool writes.
  static func render(_ members: [String: JSON]) -> String? {
    switch members["type"]?.string {
    case "config_push": configPush(members)
    case "history": history(members)
    case "filter": filter(members)
    case "gate":
      members["verdict"]?.string.map { verdict in
        verdict + (members["reason"]?.string.map { ": " + printable($0) } ?? "")
      }
    default: nil
    }
  }

  private static func history(_ members: [String: JSON]) -> String? {
    guard let record = try? JSON.object(members).decode(SessionRecord.self) else { return nil }
    let session = record.session
    let state =
      members["died"]?.bool == true
      ? "died while \(session.state.rawValue)" : session.state.rawValue
    let modules = record.modules.sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value.result.rawValue)" }.joined(separator: ", ")
    return "\(moment(session.timestamp))  \(session.id)  \(printable(session.sourceHostname)) -> "
      + "\(printable(session.targetHostname))  \(state)"
      + (record.isRolledBack ? ", rolled back" : "") + (modules.isEmpty ? "" : "  (\(modules))")
  }
}
