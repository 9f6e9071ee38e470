import Glibc
import PCSCore
import SystemPackage

/// A question to a tool of the suite about this machine; where only root may look, it is put as
/// root.
struct Inquiry {
  let tool: String
  let arguments: [String]

  init(_ tool: String, _ arguments: [String]) {
    self.tool = tool
    self.arguments = arguments
  }

  /// What the tool says, save how it ended; throws what it failed of.
  func ask() async throws -> [Event] {
    let words = [Places.tool(tool).string] + arguments + ["--format", "json"]
    var answer = try await answer(to: words)
    if answer.status == .exited(ExitStatus.noPermission.rawValue), !Places.isRoot {
      answer = try await self.answer(to: sudo + words)
    }
    try answer.get()
    return answer.events.filter { if case .result = $0 { false } else { true } }
  }

  /// A password is asked for where somebody can type it.
  private var sudo: [String] {
    let isOnTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
    return ["sudo"] + (isOnTerminal ? [] : ["-n"]) + ["--"]
  }

  private func answer(to words: [String]) async throws -> ToolReply {
    var child = ChildProcess(FilePath(words[0]), Array(words.dropFirst()))
    child.isInteractive = true
    let (status, output, error) = try await child.capture()
    let events = output.split(separator: UInt8(ascii: "\n")).compactMap { Event(line: $0) }
    if case .result(let result)? = events.last {
      return ToolReply(
        call: ToolCall(tool, arguments), status: status, result: result, events: events)
    }
    let said = error.split(separator: UInt8(ascii: "\n")).last ?? []
    let isRefused = words[0] == "sudo"
    throw SyncError(
      "\(tool): \(isRefused ? "needs root: " : "")\(String(decoding: said, as: UTF8.self))",
      id: isRefused ? "privilege.sudo" : "sync.failed", hint: isRefused ? "run it with sudo" : nil,
      exitStatus: isRefused ? .noPermission : .software)
  }
}
