import EditorState
package import FileTrees
import FoundationEssentials
import LiveCommit
import PCSCore
package import SystemPackage

/// The state databases of code editors in a folder of one machine that cannot be merged.
package struct StateSurvey: Codable, Sendable, Equatable {
  package struct Problem: Codable, Sendable, Equatable {
    private var bytes: Data
    package var reason: String

    /// Relative to the folder.
    package var path: FilePath { FilePath(bytes: bytes) }

    package init(_ path: FilePath, _ reason: String) {
      bytes = Data(path.bytes)
      self.reason = reason
    }
  }

  package var problems: [Problem]

  package init(problems: [Problem] = []) {
    self.problems = problems
  }

  /// Looks at every state database of a folder, which `directory` holds, live or in a snapshot.
  package init(of folder: FilePath, in directory: Directory) throws {
    let tree = EntryTree(directory)
    problems = try StatePaths(of: folder).find(in: tree).compactMap { path in
      try Self.problem(path, in: tree).map { Problem(path, $0) }
    }
  }

  /// What keeps a database from being merged: nothing that its program could go on to write to, or
  /// has not brought in yet, may be left out.
  private static func problem(_ path: FilePath, in tree: EntryTree) throws -> String? {
    guard let file = try tree.handle(at: path), let entry = try? file.read(), entry.kind == .file
    else { return nil }
    if entry.links > 1 { return "it has several names" }
    for companion in SQLiteFiles.companions(of: path) where !SQLiteFiles.isSharedMemory(companion) {
      guard let log = try tree.entry(at: companion), log.size > 0 else { continue }
      return "its program runs, or did not end well:"
        + " \(companion.lastComponent?.string ?? "") holds what is not in it yet"
    }
    do {
      try StateFile.read(file) { try $0.check() }
      return nil
    } catch {
      return (error as? StateDatabaseError)?.description ?? "it cannot be read"
    }
  }
}

extension BothMachines {
  /// The state databases below `folder` that are left on both machines, relative to it, with what
  /// lies beside them.
  package func statesLeft(in folder: FilePath) -> [FilePath] {
    let all = [source, target].flatMap { $0[folder]?.states?.problems ?? [] }.map(\.path)
    return Set(all).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
      .flatMap { [$0] + SQLiteFiles.companions(of: $0) }
  }

  /// What a sync says of them.
  package func stateWarnings(_ folder: FilePath) -> [(path: FilePath, text: String)] {
    [source, target].flatMap { machine in
      (machine[folder]?.states?.problems ?? []).map { problem in
        let path = folder.pushing(problem.path)
        return (
          path,
          "\(WirePath(path).text): left as it is on both machines, since its secrets cannot be told"
            + " apart: on \(machine.hostname): \(problem.reason)"
        )
      }
    }
  }
}
