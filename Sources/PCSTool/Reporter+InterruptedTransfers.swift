package import PCSCore

extension Reporter {
  /// Logs what interrupted syncs have brought to this machine, for which the next one waits.
  package func logInterruptedTransfers(_ commits: WaitingCommits = WaitingCommits()) {
    for transfer in commits.transfers() { log(.info, transfer.message, transfer.context) }
  }
}
