/// How a command on the target ended, Python's `subprocess.CompletedProcess`; a
/// `completed_process` line.
package struct CompletedProcess: Codable, Sendable, Equatable {
  package var args: [String]
  package var returncode: Int32
  package var stdout: String
  package var stderr: String
  /// Seconds.
  package var duration: Double

  package init(
    args: [String], returncode: Int32, stdout: String, stderr: String, duration: Double
  ) {
    self.args = args
    self.returncode = returncode
    self.stdout = stdout
    self.stderr = stderr
    self.duration = duration
  }
}
