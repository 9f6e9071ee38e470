import ArgumentParser
import Display
import Glibc
import PCSCore
import PCSTool
import SystemPackage

@main
struct PCSUI: ToolCommand, PlainCommand {
  static let configuration = CommandConfiguration.tool(
    "pcs-ui", "Show a stream to people.",
    discussion: """
      On a terminal: the step, a bar for each module and the disks, with log lines above; \
      elsewhere plain lines. Interrupts are ignored; it ends with its input.

      Examples:
        pcs-snapshot pre | pcs-log write | pcs-ui
        pcs-log show --last --format json | pcs-ui --level FULL
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: "The least level that is shown. (default: INFO)") var level: LogLevel?

  static func main() async { await runTool() }

  func runPlain() async throws {
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
    if common.format == .json { return try copy() }
    let surface: Viewer.Surface =
      Terminal.isCapable ? .terminal(inColor: Terminal.wantsColor) : .lines(inColor: false)
    let viewer = Viewer(surface, glyphs: .ofLocale, level: level ?? common.level)
    var show = Show(viewer)
    try show.run()
    if let error = show.outputError {
      if error.errno == .brokenPipe { throw ExitCode(error.exitStatus.rawValue) }
      throw error
    }
  }

  private func copy() throws {
    let output = EventWriter()
    try StandardInput.forEachChunk { try output.write(line: $0) }
  }
}
