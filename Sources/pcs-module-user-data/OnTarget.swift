import ArgumentParser
import FoundationEssentials
import PCSCore
import PCSTool
import SystemPackage
import UserData

/// Tells what changed of paths in a live folder, for a dry run.
struct Compare: PlainCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  func runPlain() async throws {
    let text = try FileContent.read(.standardInput, "standard input", limit: 1 << 30)
    let request = try JSONDecoder().decode(CompareRequest.self, from: Data(text))
    let writer = EventWriter()
    try request.answer { try writer.write(line: $0.line + [UInt8(ascii: "\n")]) }
  }
}

/// Tells what the content of files comes to.
struct Digest: PlainCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  func runPlain() async throws {
    let text = try FileContent.read(.standardInput, "standard input", limit: 1 << 30)
    let request = try JSONDecoder().decode(DigestRequest.self, from: Data(text))
    let writer = EventWriter()
    try request.answer { try writer.write(line: $0.line + [UInt8(ascii: "\n")]) }
  }
}
