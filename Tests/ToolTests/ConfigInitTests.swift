import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// Requirement C3.
@Suite struct ConfigInitTests {
  @Test func writesAFileThatCheckAccepts() async throws {
    try await ConfigHome.with { home in
      try home.addModule(
        "waiter", schema: #"{"properties":{"seconds":{"default":20,"description":"How long."}}}"#)
      #expect(rmdir(home.file.removingLastComponent().string) == 0)
      #expect(try await home.tool("init").status == 0)
      let text = String(decoding: try FileContent.read(home.file), as: UTF8.self)
      #expect(text.contains("  # How long.\n  seconds: 20\n"))
      #expect(try await home.tool("check").status == 0)
      var status = stat()
      #expect(stat(home.file.string, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o644)
    }
  }

  @Test func hasACommentBeforeEverySetting() async throws {
    try await ConfigHome.with { home in
      #expect(try await home.tool("init").status == 0)
      let text = String(decoding: try FileContent.read(home.file), as: UTF8.self)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated().dropFirst()
      where line.contains(": ") && !line.contains("#") {
        #expect(lines[index - 1].contains("#"), "\(line)")
      }
      #expect(lines.allSatisfy { $0.utf8.count <= 100 })
    }
  }

  @Test func doesNotReplaceAFileUnlessForced() async throws {
    try await ConfigHome.with("log_cli_level: DEBUG\n") { home in
      let outcome = try await home.tool("init")
      #expect(outcome.status == 4)
      #expect(outcome.result?.error?.kind == "configuration.exists")
      #expect(try FileContent.read(home.file) == Array("log_cli_level: DEBUG\n".utf8))
      #expect(try await home.tool("init", "--force").status == 0)
      #expect(try FileContent.read(home.file) != Array("log_cli_level: DEBUG\n".utf8))
    }
  }

  @Test func printsThePath() async throws {
    try await ConfigHome.with { home in
      let outcome = try await home.tool("path")
      #expect(outcome.status == 0)
      #expect(outcome.output == "\(home.file)\n")
    }
  }
}
