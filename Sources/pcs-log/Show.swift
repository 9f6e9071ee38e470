import ArgumentParser
import Display
import LogFile
import PCSCore
import PCSTool
import SystemPackage

struct Show: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "show", "Print a log: as text with its summary on a terminal, its lines otherwise.",
    discussion: "With --session the log of that session, else the newest.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: LogPlace
  @Flag(help: "The newest log, which is also the default.") var last = false
  @Option(help: "Only what is at least of this level.") var level: LogLevel?
  @Option(help: ArgumentHelp("Only what this module wrote.", valueName: "name")) var module: String?
  @Flag(help: "Wait for more, until the sync has ended.") var follow = false
  @Argument(help: "A log file.") var file: FilePath?

  func validate() throws {
    if [last, common.session != nil, file != nil].count(where: { $0 }) > 1 {
      throw ArgumentParser.ValidationError("--last, --session and a file exclude each other")
    }
  }

  func runPlain() async throws {
    let (descriptor, path) = try open()
    let output = EventWriter()
    let isText = common.effectiveFormat == .text
    let least = level ?? (isText ? common.level : .debug)
    var text = RenderedLog(level: least)
    try LogReader(descriptor, at: path, isFollowing: follow).forEachLine { line in
      guard line.isLogged(at: least), module == nil || line.module == module else { return }
      try output.write(line: isText ? text.render(line) : line.bytes + [UInt8(ascii: "\n")])
    }
  }

  private func open() throws -> (FileDescriptor, FilePath) {
    if let file {
      do {
        return (try FileDescriptor.open(file, .readOnly, options: [.closeOnExec]), file)
      } catch {
        throw FileError(file, "cannot open", error as? Errno ?? .ioError)
      }
    }
    guard let directory = try place.directory(),
      let log = try directory.logs().last(where: { log in
        common.session == nil || log.name.sessionID == common.session
      })
    else { throw LogMissing(session: common.session) }
    return (try directory.read(log.name), directory.path.appending(log.name.text))
  }
}

/// No log to show.
struct LogMissing: ToolError {
  let session: String?

  var id: String { "log.missing" }
  var description: String { session.map { "no log of session \($0)" } ?? "no logs yet" }
  var hint: String? { session == nil ? nil : "pcs-log list names them" }
}
