import FileTrees
import SystemPackage

extension TreeVerification {
  /// Reads files while the target does, and compares what they hold.
  func compare(_ batch: [File]) throws {
    var path: FilePath = ""
    let verifier = ContentVerifier { [self] count in
      amount.bytes += UInt64(count)
      try progress(path, amount)
    }
    let contents = try batch.map { file in
      path = file.path
      return try VerifyRequest.content(of: file.path, in: here.tree, verifier, states)
    }
    var rest = Array(zip(batch, contents))[...]
    try target.receive { [self] reply in
      guard let (file, mine) = rest.popFirst() else { throw WireError() }
      try compare(file, mine, reply)
    }
    guard rest.isEmpty else { throw WireError() }
  }

  private func compare(_ file: File, _ mine: VerifyReply, _ there: VerifyReply) throws {
    var traits = file.traits
    switch (mine, there) {
    case (.content(let mine), .content(let there)): if mine != there { traits.append(.content) }
    case (.unreadable(_, let reason), _):
      try report(file.path, .unreadable(on: .here, reason))
    case (_, .unreadable("", let reason)):
      try report(file.path, .unreadable(on: .there, reason))
    default: throw WireError()
    }
    if !traits.isEmpty { try report(file.path, .differs(traits)) }
    amount.entries += 1
    try progress(file.path, amount)
  }
}
