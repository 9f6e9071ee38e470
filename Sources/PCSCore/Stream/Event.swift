/// One line of the stream; see `pcs-events(5)`.
///
/// The wire form is one JSON object per line with a `type` key and the fields of that type beside
/// it. Readers ignore types and keys they do not know; writers never change the meaning of a key.
package enum Event: Sendable, Equatable {
  case log(LogEntry)
  case progress(ProgressUpdate)
  case state(StateChange)
  case moduleResult(ModuleOutcome)
  case session(SyncSession)
  case snapshot(Snapshot)
  case change(Change)
  case conflict(Conflict)
  case connection(Connection)
  case completedProcess(CompletedProcess)
  case validationError(ValidationError)
  case disk(DiskSpace)
  case lock(LockStatus)
  case result(ToolResult)
  /// A line of a type that this version does not know, kept as it came.
  case other([String: JSON])
}

extension Event {
  /// What the agent of the target writes for as long as it lives; an `alive` line.
  ///
  /// `heard` is how many bytes the agent has read from its source.
  package static func signOfLife(heard: Int) -> Event {
    .other(["type": "alive", "heard": .integer(Int64(heard))])
  }

  /// The `heard` of a sign of life.
  package var heard: Int? {
    guard case .other(let members) = self, isSignOfLife,
      case .integer(let count)? = members["heard"]
    else { return nil }
    return Int(exactly: count)
  }

  package var isSignOfLife: Bool {
    if case .other(let members) = self { members["type"] == "alive" } else { false }
  }
}

extension Event {
  /// A `plan` line: what a dry run of a module would do, in words for people.
  ///
  /// `facts` are the module's own.
  package static func plan(_ text: String, module: String, facts: [String: JSON] = [:]) -> Event {
    .other(
      facts.merging(["type": "plan", "module": .string(module), "text": .string(text)]) { $1 })
  }
}

extension Event: Codable {
  private enum Kind: String, Codable {
    case log, progress, state, session, snapshot, change, conflict, connection, disk, lock, result
    case moduleResult = "module_result"
    case completedProcess = "completed_process"
    case validationError = "validation_error"
  }

  private enum Key: String, CodingKey { case type }

  package init(from decoder: any Decoder) throws {
    let type = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .type)
    switch Kind(rawValue: type) {
    case .log: self = .log(try LogEntry(from: decoder))
    case .progress: self = .progress(try ProgressUpdate(from: decoder))
    case .state: self = .state(try StateChange(from: decoder))
    case .moduleResult: self = .moduleResult(try ModuleOutcome(from: decoder))
    case .session: self = .session(try SyncSession(from: decoder))
    case .snapshot: self = .snapshot(try Snapshot(from: decoder))
    case .change: self = .change(try Change(from: decoder))
    case .conflict: self = .conflict(try Conflict(from: decoder))
    case .connection: self = .connection(try Connection(from: decoder))
    case .completedProcess: self = .completedProcess(try CompletedProcess(from: decoder))
    case .validationError: self = .validationError(try ValidationError(from: decoder))
    case .disk: self = .disk(try DiskSpace(from: decoder))
    case .lock: self = .lock(try LockStatus(from: decoder))
    case .result: self = .result(try ToolResult(from: decoder))
    case nil: self = .other(try [String: JSON](from: decoder))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .log(let body): try encode(.log, body, to: encoder)
    case .progress(let body): try encode(.progress, body, to: encoder)
    case .state(let body): try encode(.state, body, to: encoder)
    case .moduleResult(let body): try encode(.moduleResult, body, to: encoder)
    case .session(let body): try encode(.session, body, to: encoder)
    case .snapshot(let body): try encode(.snapshot, body, to: encoder)
    case .change(let body): try encode(.change, body, to: encoder)
    case .conflict(let body): try encode(.conflict, body, to: encoder)
    case .connection(let body): try encode(.connection, body, to: encoder)
    case .completedProcess(let body): try encode(.completedProcess, body, to: encoder)
    case .validationError(let body): try encode(.validationError, body, to: encoder)
    case .disk(let body): try encode(.disk, body, to: encoder)
    case .lock(let body): try encode(.lock, body, to: encoder)
    case .result(let body): try encode(.result, body, to: encoder)
    case .other(let members): try members.encode(to: encoder)
    }
  }

  private func encode(_ kind: Kind, _ body: some Encodable, to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .type)
    try body.encode(to: encoder)
  }
}
