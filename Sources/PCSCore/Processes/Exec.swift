import Glibc
package import SystemPackage

/// Replaces this process with `command`, looked up in `PATH`; returns only by throwing.
package func exec(_ command: [[UInt8]]) throws(ExecError) -> Never {
  let arguments = command.map { strdup($0.map { CChar(bitPattern: $0) } + [0]) } + [nil]
  defer { for argument in arguments { free(argument) } }
  OwnLimits.restore()
  if let program = arguments.first ?? nil { execvp(program, arguments) }
  throw ExecError(
    command: String(decoding: command.first ?? [], as: UTF8.self), errno: Errno(rawValue: errno))
}

package struct ExecError: ToolError {
  package let command: String
  package let errno: Errno

  package init(command: String, errno: Errno) {
    self.command = command
    self.errno = errno
  }

  package var id: String { "exec.failed" }
  package var description: String { "\(command): cannot run: \(errno)" }
  package var exitStatus: ExitStatus {
    errno == .permissionDenied ? .noPermission : .failure
  }
}

/// The command line as the exact bytes it was given.
package enum RawArguments {
  /// What follows the first `--`; nil when there is none.
  package static var afterTerminator: [[UInt8]]? {
    let all = all
    guard let terminator = all.firstIndex(of: Array("--".utf8)) else { return nil }
    return Array(all[(terminator + 1)...])
  }

  /// What follows the verb.
  package static var afterVerb: [[UInt8]] { Array(all.dropFirst()) }

  private static var all: [[UInt8]] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      CommandLine.unsafeArgv[index].map { argument in
        (0..<strlen(argument)).map { UInt8(bitPattern: argument[$0]) }
      }
    }
  }
}
