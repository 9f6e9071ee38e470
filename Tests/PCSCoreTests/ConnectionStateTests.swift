import PCSCore
import Testing

@Suite struct ConnectionStateTests {
  /// What is allowed; every pair that is not here is refused.
  private static let allowed: [Connection.State: Set<Connection.State>] = [
    .disconnected: [.connecting],
    .connecting: [.connected, .error],
    .connected: [.disconnecting, .error],
    .disconnecting: [.disconnected, .error],
    .error: [.disconnected],
  ]

  @Test(arguments: Connection.State.allCases)
  func everyPairIsDecided(_ state: Connection.State) throws {
    let allowed = try #require(Self.allowed[state])
    for next in Connection.State.allCases {
      #expect(state.allows(next) == allowed.contains(next), "\(state) → \(next)")
    }
  }

  @Test(arguments: Connection.State.allCases)
  func onlyOneThatIsConnectedSaysSo(_ state: Connection.State) {
    #expect(Connection(target: "vega", state: state).isConnected == (state == .connected))
  }
}
