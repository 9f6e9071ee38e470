import OpenSSH
import PCSCore
import SystemPackage

/// Holds our tools on the target, and tells it that we are alive.
struct Lender {
  let connection: OpenConnection
  let bundle: Bundle
  let become: TargetInstallation.Become

  /// Calls `onReady` with the connection that uses the lent tools; returns once standard input has
  /// ended and the tools are gone.
  func lend(_ onReady: (OpenConnection) throws -> Void) async throws {
    let pipe = try Pipe()
    let (lines, incoming) = AsyncStream.makeStream(of: String.self)
    let holder = connection.master.ssh(try LentTools.holderCommandLine(become))
    let holding = Task {
      defer { incoming.finish() }
      return try await holder.run(input: .pipe(pipe.reading)) { _, line in
        incoming.yield(String(decoding: line, as: UTF8.self))
      }
    }
    let outcome: Result<Void, any Error>
    do {
      var said = lines.makeAsyncIterator()
      let first = await said.next() ?? "ended without a word"
      guard first.hasPrefix("holder "), let process = Int32(first.dropFirst(7)) else {
        throw refusal(first)
      }
      try onReady(try await unpack(LentTools(holder: process, become: become)))
      try await keepAlive(pipe.writing, lines)
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    try? pipe.writing.close()
    _ = try? await holding.value
    try outcome.get()
  }

  private func unpack(_ tools: LentTools) async throws -> OpenConnection {
    let (content, _) = try await bundle.packed()
    let (status, _, error) = try await connection.master.ssh(try tools.unpackCommandLine())
      .capture(input: .pipe(content))
    let said = String(decoding: error, as: UTF8.self).split(separator: "\n").last
    guard status == .exited(0) else {
      throw refusal(said.map(String.init) ?? "tar: \(status.code)")
    }
    var lent = connection
    lent.lent = tools
    let version = try await connection.master
      .ssh(try tools.commandLine([TargetFacts.leash, "--version"])).capture()
    guard version.output == Array("pcs-leash \(PCSCore.Version.current)\n".utf8) else {
      let why = String(decoding: version.error, as: UTF8.self).split(separator: "\n").last ?? ""
      throw refusal("they do not run there (\(version.status.code)): \(why)")
    }
    lent.facts.version = PCSCore.Version.current
    lent.facts.isDamaged = false
    lent.facts.installation = Places.installation?.lastComponent?.string
    return lent
  }

  /// Writes a sign of life every 5 s until standard input ends; throws when the holder ends before.
  private func keepAlive(
    _ writing: FileDescriptor, _ lines: AsyncStream<String>
  ) async throws {
    try await withThrowingTaskGroup { group in
      group.addTask { try await StandardInput.waitForEnd() }
      group.addTask {
        while true {
          _ = try writing.writeAll([UInt8(ascii: ".")])
          try await Task.sleep(for: .seconds(5))
        }
      }
      group.addTask { [connection] in
        for await _ in lines {}
        try Task.checkCancellation()
        throw SSHError.lost(connection.master.target.text)
      }
      defer { group.cancelAll() }
      _ = try await group.next()
    }
  }

  private func refusal(_ said: String) -> SyncError {
    SyncError(
      "\(connection.master.target.text): our tools cannot be lent there: \(said)",
      id: "remote.lend", hint: "pcs-remote install", exitStatus: .refused)
  }
}
