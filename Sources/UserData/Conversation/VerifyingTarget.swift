import SystemPackage

/// Asks the target for what its live folder holds, for a verification.
struct VerifyingTarget: TreeVerification.Target {
  let target: TargetConversation
  let folder: FilePath

  func ask(_ question: VerifyRequest.Question) throws {
    try target.send(.verify(VerifyRequest(folder, question)))
  }

  func receive(_ reply: @escaping (VerifyReply) throws -> Void) throws {
    // The caller waits until the answer has ended.
    nonisolated(unsafe) let reply = reply
    try target.receive { line in try reply(try VerifyReply(line: line)) }
  }
}
