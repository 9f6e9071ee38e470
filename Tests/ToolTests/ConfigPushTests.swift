import FoundationEssentials
import Glibc
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// Two homes, with a `pcs-remote` beside `pcs-config` that does here what is asked of `vega`.
struct PushHomes {
  let directory: FilePath

  var ours: FilePath { directory.appending("ours/pc-switcher/config.yaml") }
  var theirs: FilePath { directory.appending("theirs/pc-switcher/config.yaml") }

  static func with<Value>(
    ours: String? = nil, theirs: String? = nil, _ body: (PushHomes) async throws -> Value
  ) async throws -> Value {
    try await withScratchDirectory { directory in
      let homes = PushHomes(directory: directory)
      for name in ["bin", "ours", "theirs"] {
        #expect(mkdir(directory.appending(name).string, 0o755) == 0)
      }
      try FileManager.default.copyItem(
        atPath: Tool.path("pcs-config").string,
        toPath: directory.appending("bin/pcs-config").string)
      let remote = directory.appending("bin/pcs-remote")
      try Data(standIn(directory).utf8).write(to: URL(filePath: remote.string))
      #expect(chmod(remote.string, 0o755) == 0)
      if let ours { try write(ours, homes.ours) }
      if let theirs { try write(theirs, homes.theirs) }
      return try await body(homes)
    }
  }

  private static func write(_ text: String, _ path: FilePath) throws {
    #expect(mkdir(path.removingLastComponent().string, 0o755) == 0)
    try Data(text.utf8).write(to: URL(filePath: path.string))
  }

  /// Writes down how it is called; connected while `connected` is there; receives as the real one
  /// does, without its checks.
  private static func standIn(_ directory: FilePath) -> String {
    """
    #!/bin/sh
    root=\(directory)
    echo "$*" | sed "s,$root,ROOT,g; s,umask.* sh,sh," >>$root/calls
    verb=$1 connection=$2
    shift
    connected() {
      printf '{"type":"connection","timestamp":"2026-11-23T05:00:00.000Z","target":"vega",'
      printf '"hostname":"vega","state":"%s","connected":true,' "$1"
      printf '"pc_switcher_version":null,"control_path":null}\\n'
    }
    case $verb in
    status)
      [ -e $root/connected ] && connected CONNECTED || exit 69 ;;
    connect) touch $root/connected; connected CONNECTED ;;
    disconnect) rm $root/connected ;;
    run)
      [ "$2" = -- ] || exit 64
      shift 2
      command=$1
      shift
      PATH=$root/bin:$PATH XDG_CONFIG_HOME=$root/theirs exec "$command" "$@" ;;
    send)
      [ "$2 $3 $4" = '--mode 600 --' ] || exit 64
      cat "$5" >"$6.part" && chmod "$3" "$6.part" && mv "$6.part" "$6" ;;
    *) exit 64 ;;
    esac
    """
  }

  func push(_ arguments: String...) async throws -> Tool.Outcome {
    try await push(arguments)
  }

  func push(_ arguments: [String]) async throws -> Tool.Outcome {
    var tool = Tool(at: directory.appending("bin/pcs-config"))
    tool.environment = [
      "XDG_CONFIG_HOME": directory.appending("ours").string, "SUDO_UID": nil,
      "PCS_CONTROL_PATH": nil, "PCS_TARGET": nil,
    ]
    return try await tool.run(["push", "vega"] + arguments)
  }

  var calls: [String] {
    get throws {
      String(decoding: try FileContent.read(directory.appending("calls")), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
  }

  func expectPush(_ arguments: String..., endsWith status: Int32) async throws {
    let outcome = try await push(arguments)
    #expect(outcome.status == status)
  }

  func expect(_ text: String, at path: FilePath) throws {
    let content = String(decoding: try FileContent.read(path), as: UTF8.self)
    #expect(content == text)
  }
}

extension Tool.Outcome {
  /// The `config_push` lines.
  var pushes: [[String: JSON]] {
    events.compactMap {
      if case .other(let members) = $0, members["type"] == "config_push" { members } else { nil }
    }
  }

  var pushStates: [String] { pushes.compactMap { $0["state"]?.string } }
}

/// Requirement C4.
@Suite struct ConfigPushTests {
  private let ours = "log_cli_level: DEBUG\n"
  private let theirs = "log_cli_level: INFO\n"

  @Test func installsWhereThereIsNoneAndMakesTheFolder() async throws {
    try await PushHomes.with(ours: ours) { homes in
      let outcome = try await homes.push("--yes")
      #expect(outcome.status == 0)
      #expect(outcome.pushStates == ["absent", "pushed"])
      #expect(outcome.pushes[0]["diff"]?.string?.contains("+log_cli_level: DEBUG\n") == true)
      #expect(outcome.pushes[0]["path"]?.string == homes.theirs.string)
      try homes.expect(ours, at: homes.theirs)
      var status = stat()
      #expect(stat(homes.theirs.string, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
      #expect(stat(homes.theirs.removingLastComponent().string, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o700)
    }
  }

  @Test func goesOverAConnectionOfItsOwnAndClosesIt() async throws {
    try await PushHomes.with(ours: ours) { homes in
      try await homes.expectPush("--yes", endsWith: 0)
      let calls = try homes.calls
      #expect(
        calls == [
          "status --target=vega", "connect -- vega",
          "run --target=vega -- pcs-config content --format json",
          "run --target=vega -- sh -c sh ROOT/theirs/pc-switcher",
          "send --target=vega --mode 600 -- /dev/stdin ROOT/theirs/pc-switcher/config.yaml",
          "disconnect --target=vega",
        ])
    }
  }

  @Test func usesAConnectionThatIsOpenAndLeavesItOpen() async throws {
    try await PushHomes.with(ours: ours, theirs: ours) { homes in
      try Data().write(to: URL(filePath: homes.directory.appending("connected").string))
      try await homes.expectPush(endsWith: 0)
      let calls = try homes.calls
      #expect(
        calls == [
          "status --target=vega", "run --target=vega -- pcs-config content --format json",
        ])
    }
  }

  @Test(
    arguments: [
      (["--yes"], 0, ["different", "pushed"], true),
      (["--on-difference", "take"], 0, ["different", "pushed"], true),
      (["--on-difference", "keep"], 0, ["different", "kept"], false),
      (["--on-difference", "stop"], 4, ["different"], false),
      ([], 4, ["different"], false),
    ] as [([String], Int32, [String], Bool)])
  func doesAsItIsTold(
    _ options: [String], _ exitStatus: Int32, _ states: [String], _ isReplaced: Bool
  ) async throws {
    try await PushHomes.with(ours: ours, theirs: theirs) { homes in
      let outcome = try await homes.push(options)
      #expect(outcome.status == exitStatus)
      #expect(outcome.pushStates == states)
      let diff = outcome.pushes[0]["diff"]?.string ?? ""
      #expect(diff.contains("-log_cli_level: INFO\n+log_cli_level: DEBUG\n"))
      try homes.expect(isReplaced ? ours : theirs, at: homes.theirs)
    }
  }

  @Test func withoutAnybodyToAskItNamesTheOptionThatAnswers() async throws {
    for theirs in [nil, theirs] {
      try await PushHomes.with(ours: ours, theirs: theirs) { homes in
        let outcome = try await homes.push()
        #expect(outcome.status == 4)
        #expect(outcome.result?.error?.kind == "question.unanswered")
        #expect(outcome.result?.error?.hint?.contains("--yes") == true)
      }
    }
  }

  @Test func saysOneLineWhenTheyAreEqual() async throws {
    try await PushHomes.with(ours: ours, theirs: ours) { homes in
      let outcome = try await homes.push()
      #expect(outcome.status == 0)
      #expect(outcome.pushStates == ["equal"])
      #expect(outcome.logs.map(\.level) == [.info])
      let text = try await homes.push("--format", "text")
      #expect(text.output.split(separator: "\n").count == 1)
    }
  }

  @Test func withoutAFileHereThereIsNothingToPush() async throws {
    try await PushHomes.with(theirs: theirs) { homes in
      let outcome = try await homes.push("--yes")
      #expect(outcome.status == 0)
      #expect(outcome.logs.map(\.level) == [.info])
      try homes.expect(theirs, at: homes.theirs)
      #expect(!FileManager.default.fileExists(atPath: homes.directory.appending("calls").string))
    }
  }

  @Test func pushesTheFileInUse() async throws {
    try await PushHomes.with(ours: ours, theirs: theirs) { homes in
      let other = homes.directory.appending("other.yaml")
      for text in ["log_cli_level: FULL", ""] {
        try Data(text.utf8).write(to: URL(filePath: other.string))
        try await homes.expectPush("--yes", "--config", other.string, endsWith: 0)
        try homes.expect(text, at: homes.theirs)
      }
    }
  }

  @Test func whatCannotBeReadThereIsNotTakenForAbsent() async throws {
    try await PushHomes.with(ours: ours) { homes in
      try FileManager.default.createDirectory(
        atPath: homes.theirs.string, withIntermediateDirectories: true)
      let outcome = try await homes.push("--yes")
      #expect(outcome.status == 74)
      #expect(outcome.result?.error?.message.contains("not a regular file") == true)
      #expect(outcome.pushes.isEmpty)
    }
  }

  @Test func followsALinkInsteadOfReplacingIt() async throws {
    try await PushHomes.with(ours: ours, theirs: theirs) { homes in
      let kept = homes.directory.appending("dotfiles.yaml")
      #expect(rename(homes.theirs.string, kept.string) == 0)
      #expect(symlink(kept.string, homes.theirs.string) == 0)
      try await homes.expectPush("--yes", endsWith: 0)
      try homes.expect(ours, at: kept)
      var status = stat()
      #expect(lstat(homes.theirs.string, &status) == 0)
      #expect(status.st_mode & S_IFMT == S_IFLNK)
    }
  }

  @Test func aLinkThatLeadsNowhereIsAnError() async throws {
    try await PushHomes.with(ours: ours, theirs: theirs) { homes in
      #expect(unlink(homes.theirs.string) == 0)
      #expect(symlink("nowhere", homes.theirs.string) == 0)
      try await homes.expectPush("--yes", endsWith: 74)
    }
  }

  @Test func yesAndAnotherAnswerExcludeEachOther() async throws {
    try await PushHomes.with(ours: ours) { homes in
      try await homes.expectPush("--yes", "--on-difference", "keep", endsWith: 64)
      try await homes.expectPush("--on-difference", "maybe", endsWith: 64)
    }
  }
}
