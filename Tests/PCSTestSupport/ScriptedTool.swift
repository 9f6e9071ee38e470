import PCSCore
package import SystemPackage

extension Tool {
  /// Runs `script` with `sh(1)` in `directory`, with the tools of this package on `PATH`, the
  /// directory as home, and `bin` in it before everything else, for fakes.
  package static func script(
    _ script: String, in directory: FilePath, environment: [String: String?] = [:],
    input: String = ""
  ) async throws -> Outcome {
    OutputError.insteadOfSignal()  // A script need not read its input.
    var shell = Tool(at: "/bin/sh")
    let tools = path("x").removingLastComponent()
    shell.environment = [
      "PATH": "\(directory)/bin:\(tools):/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
      "HOME": directory.string,
    ]
    shell.environment.merge(environment) { _, own in own }
    return try await shell.run(["-uc", script], input: input, directory: directory)
  }
}
