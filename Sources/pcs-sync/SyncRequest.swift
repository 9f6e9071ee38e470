import FoundationEssentials
import PCSCore

/// What the user asked for: the command line, and what the driver needs of the environment.
struct SyncRequest: Codable, Sendable {
  /// A connection that is open already, and whose it is.
  struct OpenedConnection: Codable, Sendable {
    var controlPath: String
  }

  struct Unreachable: Codable, Sendable {
    var error: ErrorDescription
    var status: ExitStatus
  }

  /// The person whose process started the driver through sudo.
  struct Invoker: Codable, Sendable {
    var userID: UInt32
    var groupID: UInt32
    var home: String
    var configurationHome: String?
    var modulePath: String?
  }

  var target: String
  var session: String
  var format: Reporter.Format
  /// What the user chose for the terminal; nil leaves it to the configuration.
  var level: LogLevel?
  var configPath: String?
  var isDryRun = false
  /// Whether only to look for what is in the way.
  var isCheck = false
  var answersYes = false
  var allowsFirstSync = false
  var allowsOutOfOrder = false
  /// nil leaves it to the configuration.
  var onConflict: ConflictChoice?
  /// nil leaves it to the configuration.
  var maxDelete: DeletionShare?
  var only: [String] = []
  /// Whether somebody is there to answer questions.
  var mayAsk = false
  var connection: OpenedConnection?
  /// Why the person who started the driver could not open one; only a check goes on without.
  var unreachable: Unreachable?
  var invoker: Invoker?

  init(target: String, session: String, format: Reporter.Format, level: LogLevel?) {
    self.target = target
    self.session = session
    self.format = format
    self.level = level
  }

  /// The gates that the command line opens.
  var allowedGates: Set<SyncGate.Verdict> {
    Set((allowsFirstSync ? [.firstSync] : []) + (allowsOutOfOrder ? [.outOfOrder] : []))
  }

  /// As one word for the command line of the driver.
  var word: String {
    get throws { try JSON.encoder.encode(self).base64EncodedString() }
  }

  init(word: String) throws {
    guard let data = Data(base64Encoded: word),
      let request = try? JSONDecoder().decode(SyncRequest.self, from: data)
    else {
      throw SyncError("--driver: not a request of pcs-sync", id: "usage", exitStatus: .usage)
    }
    self = request
  }
}

extension SyncRequest {
  /// Opens the connection; where somebody can answer, ssh may ask.
  var connectCall: ToolCall {
    ToolCall(
      "pcs-remote", ["connect", "--hold"] + (mayAsk ? ["--ask"] : []) + ["--", target])
  }
}

extension Reporter.Format: Codable {}
