import ArgumentParser
import Glibc
import LogFile
import PCSCore
import PCSTool
import SystemPackage

struct Write: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "write", "Copy a stream from input to output, and log it.",
    discussion: """
      The log never holds up or ends the stream: what cannot be logged is said once in a line of \
      level WARNING, and the status is then 2. Interrupts are ignored; it ends with its input.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: LogPlace
  @Option(
    help: ArgumentHelp(
      "The file to append to. (default: sync-TIME-SESSION.log in the directory of logs)",
      valueName: "file"))
  var file: FilePath?
  @Flag(help: "Keep no log: only stand between the stream and a slow reader.") var noFile = false
  @Option(help: "The least level that is logged; progress counts as FULL.")
  var level = LogLevel.full
  @Option(
    help: ArgumentHelp(
      "Copy only log lines of this level, for a reader that shows no others. (default: all)",
      valueName: "level"))
  var pass: LogLevel?

  func validate() throws {
    if noFile, file != nil {
      throw ArgumentParser.ValidationError("--file and --no-file exclude each other")
    }
  }

  func runPlain() async throws {
    for number in [SIGINT, SIGTERM, SIGHUP, SIGXFSZ] { signal(number, SIG_IGN) }
    let session = common.session ?? Places.environment("PCS_SESSION_ID")
    var copy = LoggingCopy(
      to: PatientOutput(), passing: pass ?? .debug,
      log: LogRecorder(
        level: level, destination: try destination,
        sessionID: session.flatMap { SessionID.isValid($0) ? $0 : nil }))
    try StandardInput.forEachChunk { try copy.append($0) }
    do {
      if try !copy.finish() { throw ExitCode(ExitStatus.partial.rawValue) }
    } catch let error as OutputError where error.errno == .brokenPipe {
      throw ExitCode(error.exitStatus.rawValue)  // A reader that has seen enough needs no message.
    }
  }

  private var destination: LogRecorder.Destination {
    get throws {
      if noFile { return .nowhere }
      return if let file { .file(file) } else { .home(try place.existingHome, place.owner) }
    }
  }
}
