import OpenSSH
import PCSCore

extension SyncSteps {
  /// Lends the target our tools for as long as the connection is open; nothing is installed.
  func borrow() async throws -> Connection {
    let lender = try HeldTool(ToolCall("pcs-remote", ["lend"]), runner, holdsInput: true)
    guards.hold(lender: lender)
    return try await lender.wait { event -> Connection? in
      guard case .connection(let connection) = event, connection.state == .connected else {
        return nil
      }
      return connection
    }
  }
}
