import PCSCore
import SystemPackage
import Testing

/// The lines of the stream with exactly the fields that pcs-events(5) promises.
@Suite struct EventTests {
  private static let moment = Timestamp(milliseconds: 1_763_208_000_250)
  private static let holder = LockHolder(
    pid: 7, sessionID: nil, hostname: "atlas", timestamp: moment, role: nil, peer: nil,
    command: ["pcs-lock", "hold"])
  private static let session = SyncSession(
    id: "0badcafe", timestamp: moment, sourceHostname: "atlas", targetHostname: "vega",
    enabledModules: ["btrfs-snapshots", "user-data"], lockPath: "/run/lock", target: "ada@vega",
    configPath: nil, dryRun: false)

  private static let logs: [(Event, String)] = [
    (
      .log(
        LogEntry(
          timestamp: moment, level: .full, module: "core", hostname: "atlas", message: "m",
          context: ["n": 1], sessionID: "0badcafe")),
      #"""
      {"type":"log","timestamp":"2025-11-15T12:00:00.250Z","level":"FULL","module":"core",
       "hostname":"atlas","message":"m","context":{"n":1},"session_id":"0badcafe"}
      """#
    ),
    (
      .progress(
        ProgressUpdate(
          timestamp: moment, module: "m", hostname: "atlas", percentage: nil, currentItem: "x",
          sessionID: "0badcafe")),
      #"""
      {"type":"progress","timestamp":"2025-11-15T12:00:00.250Z","module":"m","hostname":"atlas",
       "percentage":null,"current_item":"x","eta":null,"session_id":"0badcafe"}
      """#
    ),
    (
      .progress(
        ProgressUpdate(
          timestamp: moment, module: "m", hostname: "atlas", percentage: 0.5, currentItem: "x",
          eta: 1.5, sessionID: "0badcafe")),
      #"""
      {"type":"progress","timestamp":"2025-11-15T12:00:00.250Z","module":"m","hostname":"atlas",
       "percentage":0.5,"current_item":"x","eta":1.5,"session_id":"0badcafe"}
      """#
    ),
    (
      .progress(
        ProgressUpdate(
          timestamp: moment, module: "m", hostname: "atlas", percentage: 0.5, currentItem: "x",
          sessionID: "0badcafe",
          amounts: ProgressAmounts(bytesDone: 9, bytesTotal: 7, filesDone: 1, filesTotal: 2))),
      #"""
      {"type":"progress","timestamp":"2025-11-15T12:00:00.250Z","module":"m","hostname":"atlas",
       "percentage":0.5,"current_item":"x","eta":null,"session_id":"0badcafe","bytes_done":7,
       "bytes_total":7,"files_done":1,"files_total":2}
      """#
    ),
  ]

  private static let sessionLines: [(Event, String)] = [
    (
      .state(
        StateChange(
          timestamp: moment, sessionID: "0badcafe", state: .initializing, previous: nil)),
      #"""
      {"type":"state","timestamp":"2025-11-15T12:00:00.250Z","session_id":"0badcafe",
       "state":"INITIALIZING","previous":null}
      """#
    ),
    (
      .session(session),
      #"""
      {"type":"session","id":"0badcafe","timestamp":"2025-11-15T12:00:00.250Z",
       "source_hostname":"atlas","target_hostname":"vega",
       "enabled_modules":["btrfs-snapshots","user-data"],"state":"INITIALIZING",
       "module_results":{},"has_errors":false,"abort_requested":false,"lock_path":"/run/lock",
       "target":"ada@vega","config_path":null,"dry_run":false}
      """#
    ),
    (
      .moduleResult(
        ModuleOutcome(
          timestamp: moment, sessionID: "0badcafe", module: "user-data", result: .success,
          duration: 1.5)),
      #"""
      {"type":"module_result","timestamp":"2025-11-15T12:00:00.250Z","session_id":"0badcafe",
       "module":"user-data","result":"SUCCESS","duration":1.5,"error":null}
      """#
    ),
    (
      .moduleResult(
        ModuleOutcome(
          timestamp: moment, sessionID: "0badcafe", module: "btrfs-snapshots", phase: .pre,
          result: .failed, duration: 0.5, error: ErrorDescription(kind: "k", message: "m"))),
      #"""
      {"type":"module_result","timestamp":"2025-11-15T12:00:00.250Z","session_id":"0badcafe",
       "module":"btrfs-snapshots","phase":"pre","result":"FAILED","duration":0.5,
       "error":{"kind":"k","message":"m","hint":null,"context":{}}}
      """#
    ),
    (
      .result(
        ToolResult(
          timestamp: moment, tool: "pcs-sync", status: .success, exitCode: 0,
          sessionID: "0badcafe")),
      #"""
      {"type":"result","timestamp":"2025-11-15T12:00:00.250Z","tool":"pcs-sync",
       "status":"success","exit_code":0,"error":null,"session_id":"0badcafe","state":null}
      """#
    ),
  ]

  private static let fileLines: [(Event, String)] = [
    (
      .snapshot(
        Snapshot(
          subvolume: "@home", snapshotPath: "/.snapshots/x", timestamp: moment,
          sessionID: "0badcafe", kind: .preSync, hostname: "atlas", isReadOnly: true, uuid: "u",
          generation: 9)),
      #"""
      {"type":"snapshot","subvolume":"@home","snapshot_path":"/.snapshots/x",
       "timestamp":"2025-11-15T12:00:00.250Z","session_id":"0badcafe",
       "snapshot_type":"PRE_SYNC","hostname":"atlas","readonly":true,"uuid":"u","generation":9}
      """#
    ),
    (
      .change(Change(.deleted, path: "a/b")),
      #"""
      {"type":"change","op":"deleted","path":"a/b","from":null,"kind":null,"inode":null,
       "size":null,"extents":null,"planned":false}
      """#
    ),
    (
      .change(
        Change(
          .renamed, path: FilePath(bytes: [0x61, 0xFF]), from: FilePath(bytes: [0xFE]),
          kind: "file", inode: 257, size: 4, extents: [0..<4], isPlanned: true)),
      #"""
      {"type":"change","op":"renamed","path":"a\#u{FFFD}","path_b64":"Yf8=","from":"\#u{FFFD}",
       "from_b64":"/g==","kind":"file","inode":257,"size":4,"extents":[[0,4]],"planned":true}
      """#
    ),
    (
      .conflict(
        Conflict(
          path: "a", subvolume: "@home", sourceChange: "modified", targetChange: "deleted",
          resolution: "stop")),
      #"""
      {"type":"conflict","path":"a","subvolume":"@home","source_change":"modified",
       "target_change":"deleted","resolution":"stop"}
      """#
    ),
    (
      .validationError(ValidationError(module: "core", message: "m")),
      #"{"type":"validation_error","module":"core","message":"m"}"#
    ),
    (
      .validationError(
        ValidationError(
          module: "core", message: "m", path: "/c.yaml", line: 3, column: 7, hostname: "atlas")),
      #"""
      {"type":"validation_error","module":"core","message":"m","path":"/c.yaml","line":3,
       "column":7,"hostname":"atlas"}
      """#
    ),
  ]

  private static let machineLines: [(Event, String)] = [
    (
      .connection(Connection(timestamp: moment, target: "vega", state: .connecting)),
      #"""
      {"type":"connection","timestamp":"2025-11-15T12:00:00.250Z","target":"vega",
       "hostname":null,"state":"CONNECTING","connected":false,"pc_switcher_version":null,
       "control_path":null,"machine_id":null,"configuration_sha256":null,
       "installation":null,"clock_difference":null}
      """#
    ),
    (
      .completedProcess(
        CompletedProcess(args: ["a", ""], returncode: 3, stdout: "o", stderr: "", duration: 0.5)),
      #"""
      {"type":"completed_process","args":["a",""],"returncode":3,"stdout":"o","stderr":"",
       "duration":0.5}
      """#
    ),
    (
      .disk(DiskSpace(timestamp: moment, hostname: "atlas", path: "/", total: 8, available: 2)),
      #"""
      {"type":"disk","timestamp":"2025-11-15T12:00:00.250Z","hostname":"atlas","path":"/",
       "total":8,"available":2,"fraction":0.25,"unallocated":null,"metadata_available":null}
      """#
    ),
    (
      .lock(LockStatus(path: "/run/lock", state: .free, holder: nil)),
      #"{"type":"lock","path":"/run/lock","state":"free","holder":null}"#
    ),
    (
      .lock(LockStatus(path: "/run/lock", state: .held, holder: holder)),
      #"""
      {"type":"lock","path":"/run/lock","state":"held","holder":{"pid":7,"session_id":null,
       "hostname":"atlas","timestamp":"2025-11-15T12:00:00.250Z","role":null,"peer":null,
       "command":["pcs-lock","hold"]}}
      """#
    ),
    (
      .other(["type": "gate", "verdict": "open", "deep": ["a": [1, nil, true]]]),
      #"{"type":"gate","verdict":"open","deep":{"a":[1,null,true]}}"#
    ),
  ]

  @Test func everyTypeHasItsFieldsAndComesBackAsItWent() throws {
    for (event, text) in Self.logs + Self.sessionLines + Self.fileLines + Self.machineLines {
      let line = try event.line
      #expect(line.last == UInt8(ascii: "\n"))
      #expect(line.count { $0 == UInt8(ascii: "\n") } == 1)
      #expect(try JSON(parsing: line) == JSON(parsing: text.utf8))
      #expect(Event(line: line) == event)
    }
  }

  @Test func fieldsThatNobodyKnowsAreIgnored() {
    let line = #"{"type":"lock","path":"/l","state":"free","colour":"red"}"#
    let lock = LockStatus(path: "/l", state: .free, holder: nil)
    #expect(Event(line: Array(line.utf8)) == .lock(lock))
  }

  @Test func progressStaysWithinItsBounds() {
    func update(_ fraction: Double, _ item: String) -> ProgressUpdate {
      ProgressUpdate(
        module: "m", hostname: "h", percentage: fraction, currentItem: item, sessionID: "0badcafe")
    }
    #expect(update(-1, "x").percentage == 0)
    #expect(update(7, "x").percentage == 1)
    #expect(update(0, String(repeating: "x", count: 99)).currentItem.count == 99)
    #expect(update(0, String(repeating: "x", count: 100)).currentItem.count == 99)
  }
}
