import LiveCommit
package import PCSCore

/// Has the target remove what interrupted syncs of a source received.
///
/// A sync that came to its end leaves nothing to be sent.
package struct RemoveReceivedRequest: Codable, Sendable {
  /// The machine id of the source.
  package let source: String

  package init(source: String) { self.source = source }

  package func answer(_ reporter: Reporter) throws {
    try UnfinishedPreparations().removeAll(reporter) { $0.source.machineID == source }
  }
}
