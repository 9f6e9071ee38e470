package import SystemPackage

/// Where the connection to a target stands, the seed's `TargetConnection`; a `connection` line.
package struct Connection: Codable, Sendable, Equatable {
  package enum State: String, Codable, Sendable, CaseIterable {
    case disconnected = "DISCONNECTED"
    case connecting = "CONNECTING"
    case connected = "CONNECTED"
    case disconnecting = "DISCONNECTING"
    case error = "ERROR"

    /// Whether the seed allows going from this state to `next`.
    package func allows(_ next: State) -> Bool {
      switch (self, next) {
      case (.disconnected, .connecting), (.connecting, .connected), (.connected, .disconnecting),
        (.disconnecting, .disconnected), (.connecting, .error), (.connected, .error),
        (.disconnecting, .error), (.error, .disconnected):
        true
      default: false
      }
    }
  }

  /// How what is installed on the target compares with what runs here.
  package enum Installation: String, Codable, Sendable {
    case missing, damaged, same, other
  }

  package var timestamp: Timestamp
  /// The target as it was typed.
  package var target: String
  /// The target's real name, once it is known.
  @Nullable package var hostname: String?
  package var state: State
  package var isConnected: Bool
  /// nil when pc-switcher is not installed there.
  @Nullable package var pcSwitcherVersion: String?
  /// The socket of the OpenSSH control master.
  @Nullable package var controlPath: String?
  /// The target's `/etc/machine-id`, once it is known.
  @Nullable package var machineID: String?
  /// The SHA-256 of the configuration the login user has there; nil without one.
  @Nullable package var configurationDigest: String?
  /// nil until it is known.
  @Nullable package var installation: Installation?
  /// By how many seconds its clock is ahead of ours; nil until it is known.
  @Nullable package var clockDifference: Int?

  private enum CodingKeys: String, CodingKey {
    case timestamp, target, hostname, state
    case isConnected = "connected"
    case pcSwitcherVersion = "pc_switcher_version"
    case controlPath = "control_path"
    case machineID = "machine_id"
    case configurationDigest = "configuration_sha256"
    case installation
    case clockDifference = "clock_difference"
  }

  package init(
    timestamp: Timestamp = .now, target: String, hostname: String? = nil, state: State,
    pcSwitcherVersion: String? = nil, controlPath: FilePath? = nil, machineID: String? = nil,
    configurationDigest: String? = nil, installation: Installation? = nil,
    clockDifference: Int? = nil
  ) {
    self.timestamp = timestamp
    self.target = target
    self.hostname = hostname
    self.state = state
    self.isConnected = state == .connected
    self.pcSwitcherVersion = pcSwitcherVersion
    self.controlPath = controlPath?.string
    self.machineID = machineID
    self.configurationDigest = configurationDigest
    self.installation = installation
    self.clockDifference = clockDifference
  }
}
