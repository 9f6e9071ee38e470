import Dispatch
import OpenSSH
import PCSCore
import SystemPackage

/// Relays a command's standard output without what the login shell wrote before it.
struct GreetedOutput: Sendable {
  private let mark: String

  init(_ mark: String) {
    self.mark = mark
  }

  func relay(_ ssh: ChildProcess, input: ChildProcess.Input) async throws -> ChildProcess.Status {
    let pipe = try Pipe()
    let copying = Task { await copy(from: pipe.reading) }
    let status = try await ssh.relay(input: input, output: pipe.writing)
    await copying.value
    return status
  }

  /// Copies until ssh has closed its end, or nobody reads ours.
  private func copy(from source: FileDescriptor) async {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "output").async {
        var filter = GreetingFilter(mark: mark)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        while let count = try? source.read(into: buffer), count > 0 {
          let passed = filter.pass(Array(buffer[..<count]))
          guard (try? FileDescriptor.standardOutput.writeAll(passed)) != nil else { break }
        }
        try? source.close()
        continuation.resume()
      }
    }
  }
}
